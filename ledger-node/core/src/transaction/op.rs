//! The operations, one closed list, with one file per module of the ledger.
//!
//! ```text
//! op = [module, number, field, …]
//! ```

mod anchor;
mod did;
mod evidence;
mod governance;
mod invoice;
mod permission;
mod registry;
mod status;

use light_client::cbor::{DecodeError, Reader, Wire, Writer};

pub use anchor::AnchorBatch;
pub use did::{DidChange, DidKey};
pub use evidence::Deposit;
pub use governance::{
    Action, Announcement, Approval, Choice, Decision, MemberChange, MemberProfile, Motion,
    MotionId, Readiness, SetRotation, SupportedVersion, VersionChange, Vote,
};
pub(crate) use invoice::invoice_type;
pub use invoice::{
    BookingChange, ClaimRelease, ClaimRequest, Consent, InvoiceIssue, KeyUse, LeaseEnd, LeaseGrant,
    Party, PledgeEnd, PledgeRequest, RecordLine, RedAnswer, RedBlock, RedEntry, RedLetter,
    RedWithdrawal, UsedLine,
};
pub use permission::Role;
pub use registry::{IssuerChange, Publication, RightChange, Subject};
pub use status::StatusChange;

use crate::module::Module;

/// The fields of one kind of operation, after its module and number.
pub(crate) trait Payload: Sized {
    /// The operation's number within its module.
    const ID: u8;
    /// How many fields it has.
    const FIELDS: usize;
    fn write(&self, writer: &mut Writer);
    fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError>;
}

macro_rules! operations {
    ($($(#[$doc:meta])* $kind:ident($payload:ty) in $module:ident;)*) => {
        /// What a transaction asks for.
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub enum Op {
            $($(#[$doc])* $kind($payload),)*
        }

        /// Which operation a transaction asks for.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum OpKind {
            $($(#[$doc])* $kind,)*
        }

        impl OpKind {
            /// All of them, by module.
            pub const ALL: &[Self] = &[$(Self::$kind),*];

            /// The module whose rules it follows.
            pub const fn module(self) -> Module {
                match self {
                    $(Self::$kind => Module::$module,)*
                }
            }

            /// Its number within the module.
            pub const fn id(self) -> u8 {
                match self {
                    $(Self::$kind => <$payload>::ID,)*
                }
            }
        }

        impl Op {
            /// Which operation it is.
            pub const fn kind(&self) -> OpKind {
                match self {
                    $(Self::$kind(_) => OpKind::$kind,)*
                }
            }
        }

        impl Wire for Op {
            fn encode(&self, writer: &mut Writer) {
                match self {
                    $(Self::$kind(payload) => {
                        writer.array(2 + <$payload>::FIELDS);
                        writer.uint(Module::$module.id()).uint(<$payload>::ID);
                        payload.write(writer);
                    })*
                }
            }

            fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
                let len = reader.array_up_to(MAX_FIELDS)?;
                let (module, id) = (reader.small::<u8>("module")?, reader.small::<u8>("op")?);
                $(if module == Module::$module.id() && id == <$payload>::ID {
                    if len != 2 + <$payload>::FIELDS {
                        return Err(DecodeError::LengthMismatch);
                    }
                    return Ok(Self::$kind(Payload::read(reader)?));
                })*
                Err(DecodeError::WrongFormat)
            }
        }
    };
}

/// More than any operation has.
const MAX_FIELDS: usize = 16;

operations! {
    /// Puts a motion before the members.
    Move(Motion) in Governance;
    /// Votes on a motion.
    Vote(Vote) in Governance;
    /// Carries out a motion that has enough votes.
    Execute(MotionId) in Governance;
    /// Decides at once, with the signed consent of enough members.
    Decide(Decision) in Governance;
    /// Says that a validator of the next set is ready.
    PostReadiness(Readiness) in Governance;
    /// Says what a validator's software can execute.
    Announce(Announcement) in Governance;
    /// Says who runs a member's node, and who answers for it.
    Describe(MemberProfile) in Governance;
    /// Publishes an agency's DID, or changes its keys.
    SetDid(DidChange) in Did;
    /// Records a document's standing.
    SetStatus(StatusChange) in Status;
    /// Leases invoice numbers to a seller.
    Lease(LeaseGrant) in Invoice;
    /// Issues invoices.
    Issue(InvoiceIssue) in Invoice;
    /// Ends a lease early.
    EndLease(LeaseEnd) in Invoice;
    /// Issues a red invoice against a blue one.
    RedLetter(RedLetter) in Invoice;
    /// Enters a red-letter confirmation.
    EnterRed(RedEntry) in Invoice;
    /// Answers a red-letter confirmation.
    AnswerRed(RedAnswer) in Invoice;
    /// Takes a red-letter confirmation back.
    WithdrawRed(RedWithdrawal) in Invoice;
    /// Stops a red-letter confirmation.
    BlockRed(RedBlock) in Invoice;
    /// Claims part of an invoice.
    Claim(ClaimRequest) in Invoice;
    /// Releases a claim.
    Release(ClaimRelease) in Invoice;
    /// Pledges an invoice.
    Pledge(PledgeRequest) in Invoice;
    /// Ends a pledge.
    Unpledge(PledgeEnd) in Invoice;
    /// Books an invoice.
    Book(BookingChange) in Invoice;
    /// Deposits digests of files.
    Deposit(Deposit) in Evidence;
    /// Anchors documents.
    Anchor(AnchorBatch) in Anchor;
}

impl Op {
    /// Whether it writes a leaf of the anchor log.
    pub const fn writes_leaf(&self) -> bool {
        match self {
            Self::Anchor(_) | Self::Issue(_) | Self::RedLetter(_) => true,
            Self::Move(_)
            | Self::Vote(_)
            | Self::Execute(_)
            | Self::Decide(_)
            | Self::PostReadiness(_)
            | Self::Announce(_)
            | Self::Describe(_)
            | Self::SetDid(_)
            | Self::SetStatus(_)
            | Self::Lease(_)
            | Self::EndLease(_)
            | Self::EnterRed(_)
            | Self::AnswerRed(_)
            | Self::WithdrawRed(_)
            | Self::BlockRed(_)
            | Self::Claim(_)
            | Self::Release(_)
            | Self::Pledge(_)
            | Self::Unpledge(_)
            | Self::Book(_)
            | Self::Deposit(_) => false,
        }
    }
}
