//! A portal that answers with given bytes, in this process.

use std::{
    collections::HashMap,
    io::{BufRead as _, BufReader, Write as _},
    net::{TcpListener, TcpStream},
    thread,
};

/// What a portal answers to a path: a status and a body; 404 to all others.
pub(crate) type Answers = HashMap<String, (u16, Vec<u8>)>;

/// Serves until the test's process ends; returns its address.
pub(crate) fn serve(answers: Answers) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            answer(&stream, &answers);
        }
    });
    url
}

fn answer(stream: &TcpStream, answers: &Answers) -> Option<()> {
    let mut lines = BufReader::new(stream).lines();
    let first = lines.next()?.ok()?;
    let path = first.split(' ').nth(1)?.to_owned();
    // The head of the request, to its end.
    lines.find(|line| line.as_ref().is_ok_and(String::is_empty));
    let nothing = (404, Vec::new());
    let (status, body) = answers.get(&path).unwrap_or(&nothing);
    let head = format!(
        "HTTP/1.1 {status} -\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
        body.len()
    );
    let mut stream = stream;
    stream.write_all(head.as_bytes()).ok()?;
    stream.write_all(body).ok()
}
