//! Registrations: what the members of a ledger agree to when they let an agency in.

use ledger_core::transaction::{
    Action, Approval, Decision, IdempotencyKey, IssuerChange, Op, RightChange, approval_bytes,
};
use light_client::{
    genesis::Genesis,
    id::IssuerId,
    record::{IssuerEntry, LegalBasis, issuer_key},
    state::StateProof,
};

use crate::{
    directory::Agency,
    error::ServiceError,
    ledger_client::LedgerClient,
    signing::{SignError, Signer as _, SoftwareKey},
};

/// A member of the ledger whose governance key is at hand.
pub struct Member {
    agency: IssuerId,
    key: SoftwareKey,
}

impl Member {
    /// The member of `genesis` that has `key`.
    pub fn find(genesis: &Genesis, key: SoftwareKey) -> Option<Self> {
        let mut members = genesis.members.iter();
        let member = members.find(|member| member.key == *key.public_key())?;
        let agency = member.agency.clone();
        Some(Self { agency, key })
    }

    /// Its name.
    pub const fn agency(&self) -> &IssuerId {
        &self.agency
    }
}

/// How many members must agree: ⌊2m/3⌋ + 1.
pub fn quorum(genesis: &Genesis) -> usize {
    genesis.members.len() * 2 / 3 + 1
}

/// What the registry says of an agency.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Registration {
    /// It is not in it.
    Absent,
    /// It is, with the key it has here.
    Current,
    /// It is, but with other keys or rights than here.
    Outdated,
}

/// Looks an agency up in the registry.
///
/// # Errors
/// [`ServiceError`].
pub async fn look_up(
    ledger: &LedgerClient,
    genesis: &Genesis,
    agency: &Agency,
) -> Result<Registration, ServiceError> {
    if ledger.head().await?.height == 0 {
        return Ok(Registration::Absent);
    }
    let key = issuer_key(genesis.suite, &genesis.ledger_id(), &agency.id);
    let header = ledger.newest_header().await?;
    let answer = ledger.state(&key, header.header.core.height).await?;
    let entry = answer.typed::<IssuerEntry>()?;
    let StateProof::Present(entry, _) = entry else {
        return Ok(Registration::Absent);
    };
    let key_id = agency.signer.public_key().id(genesis.suite);
    let (head, mut rights) = (header.header.core.height, agency.rights.iter());
    let holds = |right| entry.right(genesis.suite, &key_id, right, head).is_some();
    Ok(if rights.all(holds) {
        Registration::Current
    } else {
        Registration::Outdated
    })
}

/// The decision to do `kind` for `agency`, with the members' consent.
///
/// # Errors
/// [`SignError`].
pub async fn approved(
    genesis: &Genesis,
    members: &[Member],
    kind: fn(IssuerChange) -> Action,
    agency: &Agency,
    key: &IdempotencyKey,
) -> Result<Op, SignError> {
    let action = kind(IssuerChange {
        issuer: agency.id.clone(),
        name: agency.name.clone(),
        rights: rights(agency),
    });
    let basis = LegalBasis::parse(BASIS).expect("the constant is plain text");
    let bytes = approval_bytes(&genesis.ledger_id(), &action, &basis, key);
    let mut approvals = Vec::new();
    for member in members {
        approvals.push(Approval {
            agency: member.agency.clone(),
            signature: member.key.sign(&bytes).await?,
        });
    }
    Ok(Op::Decide(Decision {
        action,
        basis,
        approvals,
    }))
}

/// On what the members let an agency in.
const BASIS: &str = "联盟章程 成员登记 (consortium charter, registration of issuers)";

fn rights(agency: &Agency) -> Vec<RightChange> {
    let rights = agency.rights.iter().map(|document_type| RightChange {
        key: agency.signer.public_key().clone(),
        document_type: document_type.clone(),
        to: None,
    });
    rights.collect()
}
