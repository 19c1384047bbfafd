//! What a transaction has changed, for logs and for those who follow the ledger.
//!
//! Events name agencies, never documents, records or people: a log is read by more eyes than the
//! state.

use light_client::{
    id::{DocumentType, Epoch, Height, IssuerId, TimeMs, TreeSize},
    record::{Booking, ConfirmationState, DecidingRole, Standing},
};

use crate::{
    module::{Module, Parameter},
    transaction::{Choice, MotionId, Subject},
};

/// See the module.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(
    missing_docs,
    reason = "the fields are what the variant's sentence names"
)]
pub enum Event {
    /// A motion was put before the members.
    Moved { motion: MotionId },
    /// A member voted.
    Voted {
        motion: MotionId,
        agency: IssuerId,
        choice: Choice,
    },
    /// A motion was carried out.
    Carried { motion: MotionId },
    /// An agency became a member.
    MemberAdmitted { agency: IssuerId },
    /// An agency is no longer a member.
    MemberRemoved { agency: IssuerId },
    /// A member governs with another key.
    MemberKeyChanged { agency: IssuerId },
    /// A member said who runs its node and who answers for it.
    MemberDescribed { agency: IssuerId },
    /// The set of an epoch was chosen, and waits.
    SetChosen { epoch: Epoch },
    /// A validator of the waiting set is ready.
    ValidatorReady { agency: IssuerId },
    /// A parameter was set.
    ParameterSet { parameter: Parameter, value: u64 },
    /// A validator said what its software can execute.
    SoftwareAnnounced { agency: IssuerId },
    /// A module's version comes into force at a height.
    VersionScheduled {
        module: Module,
        version: u32,
        activation: Height,
    },
    /// A module takes no transactions, until a time or until members end it.
    Frozen {
        module: Module,
        until_ms: Option<TimeMs>,
    },
    /// A module takes transactions again.
    Unfrozen { module: Module },
    /// An issuer was added.
    IssuerRegistered { issuer: IssuerId },
    /// An issuer was changed.
    IssuerAmended { issuer: IssuerId },
    /// All rights of an issuer have ended.
    IssuerSuspended { issuer: IssuerId },
    /// Another issuer answers for an issuer's documents, or none does any more.
    SuccessorNamed {
        issuer: IssuerId,
        successor: Option<IssuerId>,
    },
    /// A schema, a release or a verifier was published.
    Published {
        subject: Subject,
        name: DocumentType,
    },
    /// An agency's DID was published, changed or deactivated.
    DidChanged { agency: IssuerId, deactivated: bool },
    /// A document of an issuer stands otherwise than before.
    StandingSet {
        issuer: IssuerId,
        standing: Standing,
        role: DecidingRole,
    },
    /// Numbers were leased.
    Leased { agency: IssuerId, count: u64 },
    /// Invoices were issued.
    Issued { agency: IssuerId, count: TreeSize },
    /// A lease was ended early.
    LeaseEnded { agency: IssuerId },
    /// A red invoice was issued; the state is that of its confirmation, 01 if it needed none.
    RedLettered {
        agency: IssuerId,
        confirmation: ConfirmationState,
    },
    /// A red-letter confirmation was entered, answered, taken back or stopped.
    ConfirmationChanged {
        agency: IssuerId,
        state: ConfirmationState,
    },
    /// Part of an invoice was claimed.
    Claimed { agency: IssuerId },
    /// A claim was given back, in whole or in part.
    Released { agency: IssuerId },
    /// An invoice was pledged.
    Pledged { agency: IssuerId },
    /// A pledge was ended.
    Unpledged { agency: IssuerId },
    /// An invoice was booked, or the booking withdrawn.
    Booked { agency: IssuerId, booking: Booking },
    /// Digests were deposited.
    Deposited { agency: IssuerId, count: usize },
    /// Documents were anchored.
    Anchored { issuer: IssuerId, count: TreeSize },
}
