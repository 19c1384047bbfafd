//! Blocks in pieces: cutting a block into parts, and putting the parts of others together again.
//!
//! A stream is `Init`, the block in slices of 256 KiB, `Fin`, each with its sequence number. What a
//! peer can make us hold is bounded: streams per publisher, parts per stream, bytes per part.

use std::collections::{BTreeMap, VecDeque};

use arc_malachitebft_app_channel::app::consensus::PeerId;
use arc_malachitebft_app_channel::app::streaming::{
    Sequence, StreamContent, StreamId, StreamMessage,
};
use bytes::{Bytes, BytesMut};
use ledger_engine::{Part, StreamHead};

/// The size of a slice.
pub(crate) const MAX_PART_BYTES: usize = 256 * 1024;

/// The largest block, header and body together.
pub(crate) const MAX_BLOCK_BYTES: usize = ledger_core::limits::MAX_PROPOSAL_BYTES;

/// Slices of the largest block, `Init`, `Fin` and the engine's end-of-stream mark.
const MAX_PARTS: usize = MAX_BLOCK_BYTES.div_ceil(MAX_PART_BYTES) + 2;

/// An honest publisher has one stream open, two around a round change.
const MAX_STREAMS_PER_PUBLISHER: usize = 4;

/// A block as its proposer streamed it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct StreamedBlock {
    pub(crate) head: StreamHead,
    pub(crate) block: Bytes,
}

impl StreamedBlock {
    /// Cuts the block into the messages of one stream.
    pub(crate) fn messages(&self, id: &StreamId) -> Vec<StreamMessage<Part>> {
        let slices = (0..self.block.len()).step_by(MAX_PART_BYTES).map(|start| {
            self.block
                .slice(start..self.block.len().min(start + MAX_PART_BYTES))
        });
        let contents = std::iter::once(Part::Init(self.head.init.clone()))
            .chain(slices.map(Part::Data))
            .chain(std::iter::once(Part::Fin(self.head.signature)))
            .map(StreamContent::Data)
            .chain(std::iter::once(StreamContent::Fin));
        (0..)
            .zip(contents)
            .map(|(at, content)| StreamMessage::new(id.clone(), at, content))
            .collect()
    }
}

/// The streams that are not complete yet.
#[derive(Default)]
pub(crate) struct OpenStreams {
    by_publisher: BTreeMap<PeerId, VecDeque<OpenStream>>,
}

impl OpenStreams {
    /// Takes one message; returns the block when its stream is complete.
    pub(crate) fn insert(
        &mut self,
        publisher: PeerId,
        message: StreamMessage<Part>,
    ) -> Option<StreamedBlock> {
        let streams = self.by_publisher.entry(publisher).or_default();
        let at = streams
            .iter()
            .position(|stream| stream.id == message.stream_id)
            .unwrap_or_else(|| {
                if streams.len() == MAX_STREAMS_PER_PUBLISHER {
                    streams.pop_front();
                }
                streams.push_back(OpenStream::new(message.stream_id.clone()));
                streams.len() - 1
            });
        let stream = streams.get_mut(at)?;
        stream.insert(message.sequence, message.content);
        if !stream.is_complete() {
            return None;
        }
        streams.remove(at).and_then(OpenStream::assemble)
    }

    /// Forgets every stream, at the start of a height.
    pub(crate) fn clear(&mut self) {
        self.by_publisher.clear();
    }
}

struct OpenStream {
    id: StreamId,
    parts: BTreeMap<Sequence, Part>,
    /// The sequence number of the end mark: the number of parts before it.
    end: Option<Sequence>,
}

impl OpenStream {
    fn new(id: StreamId) -> Self {
        Self {
            id,
            parts: BTreeMap::new(),
            end: None,
        }
    }

    fn insert(&mut self, sequence: Sequence, content: StreamContent<Part>) {
        match content {
            StreamContent::Data(part) if self.parts.len() < MAX_PARTS => {
                self.parts.entry(sequence).or_insert(part);
            }
            StreamContent::Data(_) => {}
            StreamContent::Fin => self.end = Some(sequence),
        }
    }

    fn is_complete(&self) -> bool {
        let (Some(end), Some(last)) = (self.end, self.parts.keys().next_back()) else {
            return false;
        };
        *last < end && u64::try_from(self.parts.len()).is_ok_and(|count| count == end)
    }

    fn assemble(self) -> Option<StreamedBlock> {
        let mut parts = self.parts.into_values();
        let Part::Init(init) = parts.next()? else {
            return None;
        };
        let Part::Fin(signature) = parts.next_back()? else {
            return None;
        };
        let mut block = BytesMut::new();
        for part in parts {
            let Part::Data(slice) = part else { return None };
            block.extend_from_slice(&slice);
        }
        Some(StreamedBlock {
            head: StreamHead { init, signature },
            block: block.freeze(),
        })
    }
}

#[cfg(test)]
mod tests;
