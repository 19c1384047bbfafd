//! `GET /v1/governance` and `/v1/motions/{id}`: who governs, by which rules, what is being voted on.
//!
//! Public, all of it. It is what this node says, for people; whoever must not trust the node asks
//! for the same entries with proofs (`/v1/proofs/state/governance`).

use axum::extract::{Path, State};
use axum::response::{Json, Response};
use ledger_core::transaction::{Choice, MotionId, SupportedVersion, TxId, VersionChange};
use ledger_core::{Fault, Freeze, Head, Member, Module, MotionOutcome, Parameter};
use serde_json::{Map, Value, json};
use tokio::task::block_in_place;

use super::action::{self, public};
use super::{Answer, Api, changing, digest};
use crate::problem::Problem;

pub(super) async fn governance(State(api): State<Api>) -> Answer<Response> {
    let body = block_in_place(|| describe(&api))?;
    Ok(changing(Json(body)))
}

pub(super) async fn motion(State(api): State<Api>, Path(id): Path<String>) -> Answer<Response> {
    let id = MotionId(TxId(digest(&id)?));
    let body = block_in_place(|| motion_json(&api, &id))?;
    let unknown = || Problem::not_found("unknown_motion", "the ledger knows no such motion");
    Ok(changing(Json(body.ok_or_else(unknown)?)))
}

fn describe(api: &Api) -> Result<Value, Fault> {
    let view = api.ledger.view();
    let (head, set) = (view.head()?, api.ledger.validators());
    let (mut modules, mut validators, mut motions) = (Vec::new(), Vec::new(), Vec::new());
    for module in Module::ALL {
        modules.push(module_json(api, module, &head)?);
    }
    for validator in set.validators() {
        let announced = view.capability(&validator.agency)?.map(|capability| {
            let versions =
                capability
                    .versions
                    .iter()
                    .map(|SupportedVersion { module, version }| {
                        (module.name().to_owned(), json!(version))
                    });
            json!({
                "build": capability.build,
                "versions": versions.collect::<Map<_, _>>(),
                "height": capability.height,
            })
        });
        validators.push(json!({ "agency": validator.agency, "announced": announced }));
    }
    for open in view.open_motions()? {
        if head.time_ms >= open.closes_ms {
            continue;
        }
        if let Some(mut motion) = motion_json(api, &open.motion)? {
            motion["mover"] = json!(open.mover);
            motions.push(motion);
        }
    }
    let members = view.members()?;
    let parameters = view.parameters()?.into_iter().map(parameter_json);
    Ok(json!({
        "members": members.iter().map(member_json).collect::<Vec<_>>(),
        "validators": validators,
        "parameters": parameters.collect::<Vec<_>>(),
        "modules": modules,
        "motions": motions,
    }))
}

fn member_json(member: &Member) -> Value {
    let profile = member.profile.as_ref();
    json!({
        "agency": member.agency,
        "public_key": public(&member.key),
        "admitted": member.admitted,
        "operator": profile.map(|profile| &profile.operator),
        "responsible": profile.map(|profile| &profile.responsible),
    })
}

fn parameter_json((parameter, value): (Parameter, u64)) -> Value {
    let (least, greatest) = parameter.range();
    json!({ "name": parameter.name(), "value": value, "least": least, "greatest": greatest })
}

fn module_json(api: &Api, module: Module, head: &Head) -> Result<Value, Fault> {
    let state = api.ledger.view().module(module)?;
    let ahead = |change: &&VersionChange| change.activation > head.height;
    let scheduled = state.scheduled.as_ref().filter(ahead);
    let frozen = state
        .freeze
        .as_ref()
        .filter(|_| state.is_frozen(head.time_ms));
    let frozen = frozen.map(
        |Freeze {
             basis,
             since_ms,
             until_ms,
         }| { json!({ "basis": basis, "since_ms": since_ms, "until_ms": until_ms }) },
    );
    Ok(json!({
        "name": module.name(),
        "version": state.in_force(head.height),
        "scheduled": scheduled.map(|change| {
            json!({ "version": change.version, "activation": change.activation })
        }),
        "frozen": frozen,
    }))
}

fn motion_json(api: &Api, id: &MotionId) -> Result<Option<Value>, Fault> {
    let view = api.ledger.view();
    let Some(entry) = view.motion(id)? else {
        return Ok(None);
    };
    let (now, support) = (view.head()?.time_ms, view.support(&entry)?);
    let (state, carried) = match &entry.outcome {
        MotionOutcome::Open if now < entry.closes_ms => ("open", None),
        MotionOutcome::Open => ("lapsed", None),
        MotionOutcome::Carried { height, time_ms } => {
            let carried = json!({ "height": height, "time_ms": time_ms });
            ("carried", Some(carried))
        }
    };
    let votes = entry.votes.iter().map(|(agency, choice)| {
        let choice = match choice {
            Choice::No => "no",
            Choice::Yes => "yes",
        };
        json!({ "agency": agency, "choice": choice })
    });
    Ok(Some(json!({
        "motion": id.0.0,
        "action": action::json(&entry.motion.action),
        "basis": entry.motion.basis,
        "moved": entry.moved,
        "closes_ms": entry.closes_ms,
        "votes": votes.collect::<Vec<_>>(),
        "counted": support.counted,
        "needed": support.needed,
        "state": state,
        "carried": carried,
    })))
}
