//! A red-letter confirmation (红字发票信息确认单): both sides agree that an invoice which the buyer
//! uses is taken back, in whole or in part.
//!
//! ```text
//! key   = [1, ledger, 5, 4, record name, number]
//! value = [1, ledger, 5, 4, side, amount, red, reason, state, entered time_ms, deadline time_ms]
//!
//! 02 awaits buyer  ─┬─ confirm ─► 04 ─── withdraw ─► 09
//! 03 awaits seller ─┤                └── block ────► 10 11 12 13
//!                   ├─ refuse ──► 05 (buyer), 06 (seller)
//!                   ├─ deadline ► 07
//!                   ├─ withdraw ► 08
//!                   └─ block ───► 10 11 12 13
//! ```
//! The number is the id of the transaction that entered it. Nothing is written when the deadline
//! passes: whoever reads the entry asks for its state at a time, [`Confirmation::state_at`].

use credentials_schemas::invoice::RedReason;

use crate::{
    cbor::{DecodeError, Reader, Wire, Writer},
    hash::Digest,
    id::{LedgerId, TimeMs},
    state::{Kind, StateKey},
    suite::Suite,
};

/// A party to an invoice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Side {
    /// Whoever issued it.
    Seller,
    /// Whoever has the claim key.
    Buyer,
}

/// Why an agency stops a confirmation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Obstacle {
    /// 10 异常凭证: the voucher is abnormal.
    AbnormalVoucher,
    /// 11 纳税人状态异常: the taxpayer's state is abnormal.
    AbnormalTaxpayer,
    /// 12 自然人拒收: a natural person does not accept it.
    PersonRefuses,
    /// 13 已开具退税申请单: a tax refund was applied for.
    RefundApplied,
}

/// How far a confirmation is, by the codes of the tax authority.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ConfirmationState {
    /// 01 无需确认: of a red letter that needed none; no entry has it.
    NotNeeded,
    /// 02 销方录入待购方确认.
    AwaitsBuyer,
    /// 03 购方录入待销方确认.
    AwaitsSeller,
    /// 04 购销双方已确认.
    Confirmed,
    /// 05 作废（销方录入，购方否认）.
    BuyerRefused,
    /// 06 作废（购方录入，销方否认）.
    SellerRefused,
    /// 07 作废（超72小时未确认）.
    Lapsed,
    /// 08 发起方撤销.
    Withdrawn,
    /// 09 确认后撤销.
    WithdrawnConfirmed,
    /// 10 to 13: stopped by the agency.
    Blocked(Obstacle),
}

impl ConfirmationState {
    /// All of them, ascending by code.
    pub const ALL: [Self; 13] = [
        Self::NotNeeded,
        Self::AwaitsBuyer,
        Self::AwaitsSeller,
        Self::Confirmed,
        Self::BuyerRefused,
        Self::SellerRefused,
        Self::Lapsed,
        Self::Withdrawn,
        Self::WithdrawnConfirmed,
        Self::Blocked(Obstacle::AbnormalVoucher),
        Self::Blocked(Obstacle::AbnormalTaxpayer),
        Self::Blocked(Obstacle::PersonRefuses),
        Self::Blocked(Obstacle::RefundApplied),
    ];

    /// The code.
    pub const fn code(self) -> u8 {
        match self {
            Self::NotNeeded => 1,
            Self::AwaitsBuyer => 2,
            Self::AwaitsSeller => 3,
            Self::Confirmed => 4,
            Self::BuyerRefused => 5,
            Self::SellerRefused => 6,
            Self::Lapsed => 7,
            Self::Withdrawn => 8,
            Self::WithdrawnConfirmed => 9,
            Self::Blocked(obstacle) => obstacle.code(),
        }
    }
}

impl Obstacle {
    /// All of them, ascending by code.
    pub const ALL: [Self; 4] = [
        Self::AbnormalVoucher,
        Self::AbnormalTaxpayer,
        Self::PersonRefuses,
        Self::RefundApplied,
    ];

    /// The code.
    pub const fn code(self) -> u8 {
        match self {
            Self::AbnormalVoucher => 10,
            Self::AbnormalTaxpayer => 11,
            Self::PersonRefuses => 12,
            Self::RefundApplied => 13,
        }
    }
}

/// A confirmation as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Confirmation {
    /// The ledger.
    pub ledger: LedgerId,
    /// The side that entered it.
    pub side: Side,
    /// What may be taken back under it, in fen.
    pub amount_fen: u64,
    /// What was taken back under it so far, in fen; never more than the amount.
    pub red_fen: u64,
    /// Why.
    pub reason: RedReason,
    /// The state that was last written. What counts is [`Confirmation::state_at`].
    pub recorded: ConfirmationState,
    /// The time of the block in which it was entered.
    pub entered_ms: TimeMs,
    /// The last moment at which the other side can answer.
    pub deadline_ms: TimeMs,
}

impl Confirmation {
    /// The state at a time: what nobody has answered by the deadline has lapsed.
    pub fn state_at(&self, now: TimeMs) -> ConfirmationState {
        match self.recorded {
            ConfirmationState::AwaitsBuyer | ConfirmationState::AwaitsSeller
                if now > self.deadline_ms =>
            {
                ConfirmationState::Lapsed
            }
            recorded => recorded,
        }
    }

    /// What may still be taken back under it once it is confirmed, in fen.
    pub const fn left_fen(&self) -> u64 {
        self.amount_fen.saturating_sub(self.red_fen)
    }
}

/// Where a confirmation is kept.
pub fn confirmation_key(
    suite: Suite,
    ledger: &LedgerId,
    record: &Digest,
    number: &Digest,
) -> StateKey {
    let parts: [&[u8]; 2] = [record.as_bytes(), number.as_bytes()];
    StateKey::new(suite, ledger, Kind::Confirmation, &parts)
}

impl Wire for Side {
    fn encode(&self, writer: &mut Writer) {
        writer.uint(match self {
            Self::Seller => 0u8,
            Self::Buyer => 1,
        });
    }
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        match reader.uint()? {
            0 => Ok(Self::Seller),
            1 => Ok(Self::Buyer),
            _ => Err(DecodeError::FieldOutOfRange("side")),
        }
    }
}

impl Wire for RedReason {
    fn encode(&self, writer: &mut Writer) {
        writer.uint(match self {
            Self::Mistake => 1u8,
            Self::Return => 2,
            Self::ServiceEnded => 3,
            Self::Allowance => 4,
        });
    }
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        match reader.uint()? {
            1 => Ok(Self::Mistake),
            2 => Ok(Self::Return),
            3 => Ok(Self::ServiceEnded),
            4 => Ok(Self::Allowance),
            _ => Err(DecodeError::FieldOutOfRange("red reason")),
        }
    }
}

impl Wire for Obstacle {
    fn encode(&self, writer: &mut Writer) {
        writer.uint(self.code());
    }
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let code = reader.uint()?;
        let mut all = Self::ALL.into_iter();
        all.find(|obstacle| u64::from(obstacle.code()) == code)
            .ok_or(DecodeError::FieldOutOfRange("obstacle"))
    }
}

impl Wire for ConfirmationState {
    fn encode(&self, writer: &mut Writer) {
        writer.uint(self.code());
    }
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let code = reader.uint()?;
        let mut all = Self::ALL.into_iter();
        all.find(|state| u64::from(state.code()) == code)
            .ok_or(DecodeError::FieldOutOfRange("confirmation state"))
    }
}

impl Wire for Confirmation {
    fn encode(&self, writer: &mut Writer) {
        writer.array(11);
        Kind::Confirmation.write_prefix(writer, &self.ledger);
        writer.value(&self.side).uint(self.amount_fen);
        writer.uint(self.red_fen).value(&self.reason);
        writer.value(&self.recorded).value(&self.entered_ms);
        writer.value(&self.deadline_ms);
    }
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        reader.array(11)?;
        let confirmation = Self {
            ledger: Kind::Confirmation.read_prefix(reader)?,
            side: reader.value()?,
            amount_fen: reader.uint()?,
            red_fen: reader.uint()?,
            reason: reader.value()?,
            recorded: reader.value()?,
            entered_ms: reader.value()?,
            deadline_ms: reader.value()?,
        };
        if confirmation.red_fen > confirmation.amount_fen {
            return Err(DecodeError::FieldOutOfRange("red"));
        }
        Ok(confirmation)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn confirmation(recorded: ConfirmationState) -> Confirmation {
        Confirmation {
            ledger: LedgerId(Digest::from_bytes([1; 32])),
            side: Side::Seller,
            amount_fen: 10,
            red_fen: 3,
            reason: RedReason::Return,
            recorded,
            entered_ms: TimeMs(1000),
            deadline_ms: TimeMs(2000),
        }
    }

    #[test]
    fn only_what_waits_lapses_and_only_after_the_deadline() {
        for state in ConfirmationState::ALL {
            let kept = confirmation(state);
            let waits = [2, 3].contains(&state.code());
            assert_eq!(kept.state_at(TimeMs(2000)), state);
            assert_eq!(
                kept.state_at(TimeMs(2001)).code() == 7,
                waits || state.code() == 7
            );
        }
    }

    #[test]
    fn the_codes_are_01_to_13() {
        let codes = ConfirmationState::ALL.map(ConfirmationState::code);
        assert!(codes.into_iter().eq(1..=13));
    }
}
