use arc_malachitebft_app_channel::app::types::core::Round;
use ledger_engine::{Address, Height, PartInit};
use light_client::hash::Digest;
use light_client::key::{KeyId, Signature};

use super::*;

fn streamed(bytes: usize) -> StreamedBlock {
    let init = PartInit {
        height: Height(3),
        round: Round::new(1),
        valid_round: Round::Nil,
        proposer: Address(KeyId(Digest::from_bytes([7; 32]))),
    };
    let block = (0..bytes)
        .map(|at| u8::try_from(at % 251).expect("below 251"))
        .collect::<Vec<_>>();
    let head = StreamHead {
        init,
        signature: Signature([9; 64]),
    };
    StreamedBlock {
        head,
        block: block.into(),
    }
}

fn publisher() -> PeerId {
    // An identity multihash of one byte.
    PeerId::from_bytes(&[0, 1, 5]).expect("a peer id")
}

fn id(name: u8) -> StreamId {
    StreamId::new(Bytes::copy_from_slice(&[name]))
}

#[test]
fn parts_arrive_in_any_order_and_twice() {
    for bytes in [0, 1, MAX_PART_BYTES, MAX_PART_BYTES + 1, 3 * MAX_PART_BYTES] {
        let block = streamed(bytes);
        let mut messages = block.messages(&id(1));
        messages.reverse();
        let last = messages.pop().expect("a stream has messages");
        let mut streams = OpenStreams::default();
        for message in messages.iter().chain(&messages) {
            assert_eq!(
                streams.insert(publisher(), message.clone()),
                None,
                "{bytes}"
            );
        }
        assert_eq!(streams.insert(publisher(), last), Some(block), "{bytes}");
    }
}

#[test]
fn streams_do_not_mix() {
    let (one, two) = (streamed(10), streamed(20));
    let mut streams = OpenStreams::default();
    let mut done = Vec::new();
    for (first, second) in one.messages(&id(1)).into_iter().zip(two.messages(&id(2))) {
        done.extend(streams.insert(publisher(), first));
        done.extend(streams.insert(publisher(), second));
    }
    assert_eq!(done, [one, two]);
}

#[test]
fn what_a_publisher_can_make_us_hold_is_bounded() {
    let mut streams = OpenStreams::default();
    for name in 0..100 {
        let first = streamed(10).messages(&id(name)).remove(0);
        assert_eq!(streams.insert(publisher(), first), None);
    }
    assert_eq!(
        streams.by_publisher[&publisher()].len(),
        MAX_STREAMS_PER_PUBLISHER
    );

    let slice = Part::Data(Bytes::from_static(b"slice"));
    for sequence in 0..1000 {
        let content = StreamContent::Data(slice.clone());
        streams.insert(publisher(), StreamMessage::new(id(200), sequence, content));
    }
    let parts = streams.by_publisher[&publisher()]
        .back()
        .map(|stream| stream.parts.len());
    assert_eq!(parts, Some(MAX_PARTS));
}

#[test]
fn a_stream_without_head_or_with_parts_after_its_end_is_nothing() {
    let messages = streamed(10).messages(&id(1));
    let mut streams = OpenStreams::default();
    let headless = messages.iter().skip(1).map(|message| {
        StreamMessage::new(
            message.stream_id.clone(),
            message.sequence - 1,
            message.content.clone(),
        )
    });
    for message in headless {
        assert_eq!(streams.insert(publisher(), message), None);
    }
    let late = StreamContent::Data(Part::Data(Bytes::from_static(b"late")));
    assert_eq!(
        streams.insert(publisher(), StreamMessage::new(id(3), 9, late)),
        None
    );
    for message in messages.into_iter().map(|message| StreamMessage {
        stream_id: id(3),
        ..message
    }) {
        assert_eq!(streams.insert(publisher(), message), None);
    }
}
