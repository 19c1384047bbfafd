//! What a motion asks for, for people; `do` is the command's name (`ledger-node motion …`).

use ledger_core::transaction::{
    Action, IssuerChange, Publication, SetRotation, StatusChange, VersionChange,
};
use light_client::key::PublicKey;
use light_client::validator_set::Validator;
use serde_json::{Value, json};

pub(super) fn json(action: &Action) -> Value {
    match action {
        Action::AdmitMember(member) => {
            json!({ "do": "admit", "agency": member.agency, "public_key": public(&member.key) })
        }
        Action::RemoveMember(agency) => json!({ "do": "remove", "agency": agency }),
        Action::ChangeMemberKey(member) => json!({
            "do": "replace-key", "agency": member.agency, "public_key": public(&member.key),
        }),
        Action::RotateSet(rotation) => set(rotation),
        Action::SetParameter(parameter, value) => {
            json!({ "do": "parameter", "name": parameter.name(), "value": value })
        }
        Action::ScheduleVersion(change) => version(change),
        Action::Freeze(module) => json!({ "do": "freeze", "module": module.name() }),
        Action::Unfreeze(module) => json!({ "do": "unfreeze", "module": module.name() }),
        Action::EmergencyFreeze(module) => {
            json!({ "do": "emergency-freeze", "module": module.name() })
        }
        Action::Register(change) => issuer("register", change),
        Action::Amend(change) => issuer("amend", change),
        Action::SuspendIssuer(issuer) => json!({ "do": "suspend", "issuer": issuer }),
        Action::NameSuccessor(issuer, successor) => {
            json!({ "do": "succeed", "issuer": issuer, "successor": successor })
        }
        Action::Publish(publication) => publish(publication),
        Action::SetStatus(change) => standing(change),
    }
}

pub(super) fn public(key: &PublicKey) -> String {
    hex::encode(key.to_bytes())
}

fn set(rotation: &SetRotation) -> Value {
    let validator = |validator: &Validator| json!({ "agency": validator.agency, "key": public(&validator.key) });
    let validators: Vec<_> = rotation.next.validators().iter().map(validator).collect();
    json!({ "do": "rotate", "epoch": rotation.next.epoch(), "validators": validators })
}

fn version(change: &VersionChange) -> Value {
    json!({
        "do": "upgrade",
        "module": change.module.name(),
        "version": change.version,
        "source": change.source,
        "build": change.build,
        "activation": change.activation,
    })
}

fn issuer(what: &str, change: &IssuerChange) -> Value {
    let rights = change.rights.iter().map(|right| {
        json!({
            "key": public(&right.key),
            "document_type": right.document_type,
            "to": right.to,
        })
    });
    json!({
        "do": what,
        "issuer": change.issuer,
        "name": change.name,
        "rights": rights.collect::<Vec<_>>(),
    })
}

fn publish(publication: &Publication) -> Value {
    json!({
        "do": "publish",
        "subject": publication.subject.name(),
        "name": publication.name,
        "digest": publication.digest,
        "purposes": publication.purposes,
    })
}

fn standing(change: &StatusChange) -> Value {
    json!({
        "do": "standing",
        "issuer": change.issuer,
        "document": change.document,
        "standing": change.standing,
        "reason": change.reason,
        "basis": change.basis,
        "effective_ms": change.effective_ms,
    })
}
