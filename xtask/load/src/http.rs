//! HTTP/1.1 over connections that stay open: as little of it as a load generator needs, so that
//! the processors are left to the nodes.

use std::net::SocketAddr;

use anyhow::{Context as _, Result, bail, ensure};
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::TcpStream;

/// Above the longest answer: a header with its certificate, the metrics.
const ANSWER_BYTES_MAX: usize = 16 << 20;

/// A connection to one node; it is opened when it is needed, and again after an error.
pub(crate) struct Connection {
    node: SocketAddr,
    stream: Option<BufReader<TcpStream>>,
}

/// An answer, whatever its status.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    /// The body as JSON.
    pub(crate) fn json(&self) -> Result<serde_json::Value> {
        serde_json::from_slice(&self.body).context("the answer is not JSON")
    }

    /// The answer of a request that must succeed.
    pub(crate) fn success(self) -> Result<Self> {
        let Self { status, body } = &self;
        ensure!(
            (200..300).contains(status),
            "status {status}: {}",
            String::from_utf8_lossy(body)
        );
        Ok(self)
    }
}

impl Connection {
    pub(crate) const fn new(node: SocketAddr) -> Self {
        Self { node, stream: None }
    }

    pub(crate) async fn get(&mut self, path: &str) -> Result<Answer> {
        let head = format!("GET {path} HTTP/1.1\r\nhost: {}\r\n\r\n", self.node);
        self.exchange(head.into_bytes()).await
    }

    pub(crate) async fn post(&mut self, path: &str, body: &[u8]) -> Result<Answer> {
        let (node, length) = (self.node, body.len());
        let head = format!(
            "POST {path} HTTP/1.1\r\nhost: {node}\r\ncontent-type: application/cbor\r\n\
             content-length: {length}\r\n\r\n"
        );
        let mut request = head.into_bytes();
        request.extend_from_slice(body);
        self.exchange(request).await
    }

    async fn exchange(&mut self, request: Vec<u8>) -> Result<Answer> {
        let mut stream = match self.stream.take() {
            Some(stream) => stream,
            None => {
                let stream = TcpStream::connect(self.node).await?;
                stream.set_nodelay(true)?;
                BufReader::new(stream)
            }
        };
        stream.get_mut().write_all(&request).await?;
        let answer = read(&mut stream).await?;
        self.stream = Some(stream);
        Ok(answer)
    }
}

async fn read(stream: &mut BufReader<TcpStream>) -> Result<Answer> {
    let first = line(stream).await?;
    let status = first.split(' ').nth(1).and_then(|text| text.parse().ok());
    let status = status.with_context(|| format!("not an answer: {first}"))?;
    let mut length = None;
    loop {
        let line = line(stream).await?;
        if line.is_empty() {
            break;
        }
        let (name, value) = line.split_once(':').context("not a header")?;
        if name.eq_ignore_ascii_case("content-length") {
            length = value.trim().parse().ok();
        }
    }
    let Some(length) = length.filter(|length| *length <= ANSWER_BYTES_MAX) else {
        bail!("an answer of unknown length");
    };
    let mut body = vec![0; length];
    stream.read_exact(&mut body).await?;
    Ok(Answer { status, body })
}

async fn line(stream: &mut BufReader<TcpStream>) -> Result<String> {
    let mut line = String::new();
    let read = stream.read_line(&mut line).await?;
    ensure!(read > 0, "the node closed the connection");
    line.truncate(line.trim_end().len());
    Ok(line)
}
