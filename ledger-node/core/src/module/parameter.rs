//! What members can change without a new version.

use std::collections::BTreeMap;

use light_client::{
    cbor::{DecodeError, Reader, Wire, Writer},
    id::TreeSize,
    state::Kind,
};

use crate::{
    fault::Fault,
    limits::MAX_BATCH,
    refusal::Refusal,
    state::{Kept, Only, State, Stop},
    store::Store,
};

const HOUR_MS: u64 = 3_600_000;
const DAY_MS: u64 = 24 * HOUR_MS;

/// A number that members can change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Parameter {
    /// For how long a motion can be voted on, in milliseconds.
    MotionMs,
    /// For how long a red-letter confirmation waits for the other side, in milliseconds.
    RedConfirmationMs,
    /// For how long an emergency freeze holds unless it is confirmed, in milliseconds.
    EmergencyFreezeMs,
    /// Within how many blocks the next validator set must be ready.
    ReadinessBlocks,
    /// For how many blocks a lease may hold.
    LeaseBlocks,
    /// How many documents or invoices one batch may have.
    BatchSize,
}

impl Parameter {
    /// All of them, ascending by number.
    pub const ALL: [Self; 6] = [
        Self::MotionMs,
        Self::RedConfirmationMs,
        Self::EmergencyFreezeMs,
        Self::ReadinessBlocks,
        Self::LeaseBlocks,
        Self::BatchSize,
    ];

    const fn id(self) -> u8 {
        match self {
            Self::MotionMs => 1,
            Self::RedConfirmationMs => 2,
            Self::EmergencyFreezeMs => 3,
            Self::ReadinessBlocks => 4,
            Self::LeaseBlocks => 5,
            Self::BatchSize => 6,
        }
    }

    /// Its name, for people and commands.
    pub const fn name(self) -> &'static str {
        match self {
            Self::MotionMs => "motion-ms",
            Self::RedConfirmationMs => "red-confirmation-ms",
            Self::EmergencyFreezeMs => "emergency-freeze-ms",
            Self::ReadinessBlocks => "readiness-blocks",
            Self::LeaseBlocks => "lease-blocks",
            Self::BatchSize => "batch-size",
        }
    }

    /// Its value as long as members have not changed it.
    pub const fn default_value(self) -> u64 {
        match self {
            Self::MotionMs => 14 * DAY_MS,
            Self::RedConfirmationMs | Self::EmergencyFreezeMs => 72 * HOUR_MS,
            Self::ReadinessBlocks => 100,
            Self::LeaseBlocks => 40_000_000,
            Self::BatchSize => MAX_BATCH as u64,
        }
    }

    /// The least and the greatest value that it can have.
    pub const fn range(self) -> (u64, u64) {
        match self {
            Self::MotionMs => (HOUR_MS, 90 * DAY_MS),
            Self::RedConfirmationMs => (HOUR_MS, 30 * DAY_MS),
            Self::EmergencyFreezeMs => (HOUR_MS, 14 * DAY_MS),
            Self::ReadinessBlocks => (10, 1000),
            Self::LeaseBlocks => (1000, 1_000_000_000),
            Self::BatchSize => (1, MAX_BATCH as u64),
        }
    }
}

impl Wire for Parameter {
    fn encode(&self, writer: &mut Writer) {
        writer.uint(self.id());
    }
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let id: u8 = reader.small("parameter")?;
        let mut all = Self::ALL.into_iter();
        all.find(|parameter| parameter.id() == id)
            .ok_or(DecodeError::FieldOutOfRange("parameter"))
    }
}

/// The parameters that members have set; the others have their default.
///
/// Shape: `[[parameter, value], …]`, ascending by parameter.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Parameters(BTreeMap<Parameter, u64>);

impl Parameters {
    /// Those in force.
    pub(crate) fn read<S: Store>(state: &State<'_, S>) -> Result<Self, Fault> {
        Ok(state.only()?.unwrap_or_default())
    }

    pub(crate) fn value(&self, parameter: Parameter) -> u64 {
        let set = self.0.get(&parameter).copied();
        set.unwrap_or_else(|| parameter.default_value())
    }

    pub(crate) fn set<S: Store>(mut self, state: &mut State<'_, S>, parameter: Parameter, to: u64) {
        self.0.insert(parameter, to);
        state.keep_only(self);
    }
}

/// A batch must not be larger than members permit.
pub(super) fn fits_batch<S: Store>(state: &State<'_, S>, count: TreeSize) -> Result<(), Stop> {
    if count.0 > Parameters::read(state)?.value(Parameter::BatchSize) {
        return Err(Refusal::TooLarge.into());
    }
    Ok(())
}

impl Kept for Parameters {
    const KIND: Kind = Kind::Parameters;
}

impl Only for Parameters {}

impl Wire for Parameters {
    fn encode(&self, writer: &mut Writer) {
        writer.array(self.0.len());
        for (parameter, value) in &self.0 {
            writer.array(2).value(parameter).uint(*value);
        }
    }
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let mut parameters = BTreeMap::new();
        for _ in 0..reader.array_up_to(Parameter::ALL.len())? {
            reader.array(2)?;
            parameters.insert(reader.value()?, reader.uint()?);
        }
        Ok(Self(parameters))
    }
}
