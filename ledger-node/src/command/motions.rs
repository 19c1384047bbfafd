//! What members decide: from the command line to motions, and back to lines.

use ledger_core::transaction::{
    Action, Choice, MemberProfile, Publication, StatusChange, Subject, VersionChange,
};
use light_client::id::{Height, TimeMs};
use light_client::record::{DisplayName, Standing, StatusReason};

use super::Lines;
use crate::cli::{
    AskArgs, ChoiceArg, MotionCommand, MoveCommand, MoverArgs, ReasonArg, StandingArg, SubjectArg,
};
use crate::clock;
use crate::config::NodeDir;
use crate::ops::OpsError;
use crate::ops::motions::{self, actions, told};
use crate::seal::Passphrase;

pub(super) async fn perform(command: MotionCommand) -> Result<Lines, OpsError> {
    let find = Passphrase::find;
    let name = match command {
        MotionCommand::List(ask) => return asked(ask, "/v1/governance", told::governance).await,
        MotionCommand::Show { ask, motion } => {
            return asked(ask, &format!("/v1/motions/{motion}"), told::motion).await;
        }
        MotionCommand::Describe {
            node,
            operator,
            responsible,
        } => {
            let profile = MemberProfile {
                operator: names(operator)?,
                responsible: names(responsible)?,
            };
            motions::describe(&NodeDir::new(node.dir), profile, find).await?
        }
        MotionCommand::Execute { node, motion } => {
            motions::execute(&NodeDir::new(node.dir), motion, find).await?
        }
        MotionCommand::Vote {
            node,
            motion,
            choice,
        } => {
            let choice = match choice {
                ChoiceArg::No => Choice::No,
                ChoiceArg::Yes => Choice::Yes,
            };
            motions::vote(&NodeDir::new(node.dir), motion, choice, find).await?
        }
        MotionCommand::Move(command) => {
            let (by, action) = action(*command)?;
            motions::put(&NodeDir::new(by.dir), action, &by.basis, find).await?
        }
    };
    Ok(vec![name])
}

async fn asked(ask: AskArgs, path: &str, told: told::Told) -> Result<Lines, OpsError> {
    let answer = told::ask(&NodeDir::new(ask.node.dir), path).await?;
    Ok(if ask.json {
        vec![answer.to_string()]
    } else {
        told(&answer, clock::now_ms())
    })
}

fn names(both: Vec<String>) -> Result<DisplayName, OpsError> {
    let both: [String; 2] = both
        .try_into()
        .map_err(|_| OpsError::Usage("an office needs two names: in Chinese, in English"))?;
    let [zh, en] = both;
    Ok(DisplayName { zh, en })
}

/// Who moves what.
fn action(command: MoveCommand) -> Result<(MoverArgs, Action), OpsError> {
    Ok(match command {
        MoveCommand::Admit { by, proof } => (by, Action::AdmitMember(actions::member(&proof)?)),
        MoveCommand::Amend { by, issuer } => (by, Action::Amend(actions::issuer(&issuer)?)),
        MoveCommand::EmergencyFreeze { by, module } => (by, Action::EmergencyFreeze(module)),
        MoveCommand::Freeze { by, module } => (by, Action::Freeze(module)),
        MoveCommand::Parameter { by, name, value } => (by, Action::SetParameter(name, value)),
        MoveCommand::Publish {
            by,
            subject,
            name,
            digest,
            purpose,
        } => {
            let publication = Publication {
                subject: self::subject(subject),
                name,
                digest,
                purposes: purpose,
            };
            (by, Action::Publish(publication))
        }
        MoveCommand::Register { by, issuer } => (by, Action::Register(actions::issuer(&issuer)?)),
        MoveCommand::Remove { by, agency } => (by, Action::RemoveMember(agency)),
        MoveCommand::ReplaceKey { by, proof } => {
            (by, Action::ChangeMemberKey(actions::member(&proof)?))
        }
        MoveCommand::Rotate {
            by,
            set,
            possession,
        } => (by, Action::RotateSet(actions::rotation(&set, &possession)?)),
        MoveCommand::Standing {
            by,
            issuer,
            document,
            standing,
            reason,
            effective_ms,
        } => {
            let change = StatusChange {
                issuer,
                document,
                standing: self::standing(standing),
                reason: self::reason(reason),
                basis: actions::basis(&by.basis)?,
                effective_ms: effective_ms.map_or_else(clock::now_ms, TimeMs),
            };
            (by, Action::SetStatus(change))
        }
        MoveCommand::Succeed {
            by,
            issuer,
            successor,
        } => (by, Action::NameSuccessor(issuer, successor)),
        MoveCommand::Suspend { by, issuer } => (by, Action::SuspendIssuer(issuer)),
        MoveCommand::Unfreeze { by, module } => (by, Action::Unfreeze(module)),
        MoveCommand::Upgrade {
            by,
            module,
            version,
            activation,
            source,
            build,
        } => {
            let change = VersionChange {
                module,
                version,
                source,
                build,
                activation: Height(activation),
            };
            (by, Action::ScheduleVersion(change))
        }
    })
}

const fn subject(subject: SubjectArg) -> Subject {
    match subject {
        SubjectArg::Schema => Subject::Schema,
        SubjectArg::Release => Subject::Release,
        SubjectArg::Verifier => Subject::Verifier,
    }
}

const fn standing(standing: StandingArg) -> Standing {
    match standing {
        StandingArg::Revoked => Standing::Revoked,
        StandingArg::Suspended => Standing::Suspended,
        StandingArg::Reinstated => Standing::Reinstated,
    }
}

const fn reason(reason: ReasonArg) -> StatusReason {
    match reason {
        ReasonArg::Unspecified => StatusReason::Unspecified,
        ReasonArg::IssuedInError => StatusReason::IssuedInError,
        ReasonArg::Superseded => StatusReason::Superseded,
        ReasonArg::KeyCompromised => StatusReason::KeyCompromised,
        ReasonArg::NoLongerEntitled => StatusReason::NoLongerEntitled,
        ReasonArg::LegalOrder => StatusReason::LegalOrder,
    }
}
