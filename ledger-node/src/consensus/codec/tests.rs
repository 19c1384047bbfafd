use std::fmt::Debug;

use arc_malachitebft_app_channel::app::consensus::PeerId;
use arc_malachitebft_app_channel::app::streaming::{StreamContent, StreamId};
use arc_malachitebft_app_channel::app::types::core::{
    ExtendedCommitCertificate, ExtendedCommitSignature, PolkaSignature, RoundCertificateType,
    RoundSignature,
};
use arc_malachitebft_sync::{ValueRequest, ValueResponse};

use ledger_engine::PartInit;
use light_client::hash::Digest;
use light_client::header::{Header, HeaderCore, HeaderRest};
use light_client::id::{Epoch, LedgerId, TimeMs, TreeSize};
use light_client::suite::Suite;

use super::*;

fn header() -> HeaderValue {
    let digest = Digest::from_bytes([4; 32]);
    HeaderValue::new(Header {
        core: HeaderCore {
            suite: Suite::Sm,
            ledger: LedgerId(digest),
            height: light_client::id::Height(9),
            epoch: Epoch(0),
            time_ms: TimeMs(1_700_000_000_000),
            log_size: TreeSize(3),
            log_root: digest,
            set_hash: digest,
        },
        rest: HeaderRest {
            previous: digest,
            body_root: digest,
            state_root: digest,
            history_root: digest,
            next_set_hash: None,
        },
    })
}

fn address() -> Address {
    Address(KeyId(Digest::from_bytes([1; 32])))
}

fn signature() -> Signature {
    Signature([2; 64])
}

fn vote(value: NilOrVal<ValueId>) -> SignedMessage<TallyContext, Vote> {
    let vote = Vote {
        kind: VoteType::Precommit,
        height: Height(9),
        round: Round::new(1),
        value,
        address: address(),
    };
    SignedMessage::new(vote, signature())
}

/// Encodes and decodes, and checks that every shorter or longer input is refused.
fn round_trip<T: Wire + PartialEq + Debug>(message: &T) {
    let bytes = to_bytes(message);
    assert_eq!(from_bytes::<T>(bytes.clone()).as_ref(), Ok(message));
    for length in 0..bytes.len() {
        assert!(
            from_bytes::<T>(bytes.slice(..length)).is_err(),
            "{length} of {message:?}"
        );
    }
    for mutant in mutants(&bytes) {
        // What is taken is what would be written: nobody says one thing in two ways.
        if let Ok(taken) = from_bytes::<T>(mutant.clone()) {
            assert_eq!(to_bytes(&taken), mutant, "of {message:?}");
        }
    }
    let longer = [bytes.as_ref(), &[0]].concat();
    assert_eq!(
        from_bytes::<T>(longer.into()),
        Err(WireError::TrailingBytes)
    );
}

/// Every bit flipped, every byte the least and the greatest, every four bytes a huge length, and
/// every byte left out or doubled.
fn mutants(bytes: &Bytes) -> impl Iterator<Item = Bytes> {
    let length = bytes.len();
    let changed = move |change: &dyn Fn(&mut Vec<u8>)| {
        let mut mutant = bytes.to_vec();
        change(&mut mutant);
        Bytes::from(mutant)
    };
    (0..length).flat_map(move |at| {
        let flipped = (0..8).map(move |bit| changed(&|mutant| mutant[at] ^= 1 << bit));
        let extreme = [0, u8::MAX].map(|byte| changed(&|mutant| mutant[at] = byte));
        let huge = changed(&|mutant| {
            let end = length.min(at + 4);
            mutant[at..end].fill(u8::MAX);
        });
        let shorter = changed(&|mutant| {
            mutant.remove(at);
        });
        let longer = changed(&|mutant| mutant.insert(at, bytes[at]));
        flipped.chain(extreme).chain([huge, shorter, longer])
    })
}

#[test]
fn consensus_messages() {
    let proposal = Proposal {
        height: Height(9),
        round: Round::new(2),
        value: header(),
        pol_round: Round::new(0),
        address: address(),
    };
    let id = NilOrVal::Val(Digest::from_bytes([3; 32]));
    round_trip(&SignedConsensusMsg::Vote(vote(id)));
    round_trip(&SignedConsensusMsg::Vote(vote(NilOrVal::Nil)));
    round_trip(&SignedConsensusMsg::Proposal(SignedMessage::new(
        proposal,
        signature(),
    )));
    round_trip(&LivenessMsg::Vote(vote(id)));
}

#[test]
fn certificates() {
    let value_id = Digest::from_bytes([3; 32]);
    let (height, round) = (Height(9), Round::new(0));
    let polka_signatures = vec![PolkaSignature::new(address(), signature()); 3];
    let polka = PolkaCertificate {
        height,
        round,
        value_id,
        polka_signatures,
    };
    round_trip(&polka);
    round_trip(&LivenessMsg::PolkaCertificate(polka));
    let signed = RoundSignature::new(VoteType::Prevote, NilOrVal::Nil, address(), signature());
    for cert_type in [RoundCertificateType::Skip, RoundCertificateType::Precommit] {
        let round_signatures = vec![signed.clone(); 2];
        let certificate = RoundCertificate {
            height,
            round,
            cert_type,
            round_signatures,
        };
        round_trip(&LivenessMsg::SkipRoundCertificate(certificate));
    }
}

#[test]
fn blocks_and_streams() {
    round_trip(&ProposedValue::<TallyContext> {
        height: Height(9),
        round: Round::new(0),
        valid_round: Round::Nil,
        proposer: address(),
        value: header(),
        validity: Validity::Valid,
    });
    let init = PartInit {
        height: Height(9),
        round: Round::new(0),
        valid_round: Round::Nil,
        proposer: address(),
    };
    let id = StreamId::new(Bytes::from_static(b"stream"));
    for part in [
        Part::Init(init),
        Part::Data(Bytes::from_static(b"slice")),
        Part::Fin(signature()),
    ] {
        round_trip(&part);
        round_trip(&StreamMessage::new(
            id.clone(),
            4,
            StreamContent::Data(part),
        ));
    }
    round_trip(&StreamMessage::<Part>::new(id, 5, StreamContent::Fin));
}

#[test]
fn value_sync() {
    let certificate = ExtendedCommitCertificate {
        height: Height(9),
        round: Round::new(0),
        value_id: Digest::from_bytes([3; 32]),
        commit_signatures: vec![ExtendedCommitSignature::new(address(), signature(), None); 3],
    };
    let value = RawDecidedValue::new(Bytes::from_static(b"block"), certificate);
    let response = Response::ValueResponse(ValueResponse::new(Height(9), vec![value; 2]));
    round_trip(&response);
    assert_eq!(
        WireCodec.encoded_len(&response),
        Ok(to_bytes(&response).len())
    );
    round_trip(&Request::<TallyContext>::ValueRequest(ValueRequest::new(
        Height(1)..=Height(5),
    )));
    let peer_id = PeerId::from_bytes(&[0, 1, 5]).expect("a peer id");
    let (tip_height, history_min_height) = (Height(9), Height(1));
    round_trip(&Status::<TallyContext> {
        peer_id,
        tip_height,
        history_min_height,
    });
    round_trip(&ValidatorProof::<TallyContext>::new(
        vec![1; 34],
        vec![2; 38],
        signature(),
    ));
}

#[test]
fn a_claimed_length_allocates_nothing_and_is_bounded() {
    let mut out = Writer::default();
    Height(1).write(&mut out);
    Round::new(0).write(&mut out);
    Digest::from_bytes([3; 32]).write(&mut out);
    let head = out.finish();
    for (count, expected) in [
        (201_u32, WireError::TooLong),
        (200, WireError::UnexpectedEnd),
    ] {
        let bytes = [head.as_ref(), &count.to_be_bytes()].concat();
        let read = from_bytes::<PolkaCertificate<TallyContext>>(bytes.into());
        assert_eq!(read, Err(expected));
    }
}
