//! A server that answers what it is told to, and breaks as it is told to.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use deodar::collect::aws::client::{Client, Options};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// What to do with a request.
#[derive(Clone, Debug)]
pub(crate) enum Reply {
    /// A whole answer: status, headers, body.
    Whole(u16, Vec<(String, String)>, String),
    /// The head of an answer and the first half of its body; then the connection is closed.
    Half(String),
    /// The first half of a body, as if it were the whole.
    Short(String),
    /// The connection is closed before any answer.
    Reset,
    /// Nothing comes for longer than anybody waits.
    Silence,
}

impl Reply {
    pub(crate) fn new(status: u16, body: &str) -> Self {
        Self::Whole(status, Vec::new(), body.to_owned())
    }

    pub(crate) fn with(status: u16, header: (&str, &str), body: &str) -> Self {
        Self::Whole(status, vec![(header.0.to_owned(), header.1.to_owned())], body.to_owned())
    }
}

/// A running server: it gives each reply once, and the last for ever.
pub(crate) struct Replay {
    /// `http://127.0.0.1:PORT`
    pub(crate) url: String,
    replies: Arc<Mutex<VecDeque<Reply>>>,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Replay {
    pub(crate) async fn start(replies: impl IntoIterator<Item = Reply>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let replies = Arc::new(Mutex::new(replies.into_iter().collect::<VecDeque<_>>()));
        let asked = Arc::new(Mutex::new(Vec::new()));
        let (to_give, heard) = (replies.clone(), asked.clone());
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, to_give.clone(), heard.clone()));
            }
        });
        Self { url, replies, asked }
    }

    /// Gives `reply` from now on.
    pub(crate) fn give(&self, reply: Reply) {
        *self.replies.lock().unwrap() = VecDeque::from([reply]);
    }

    /// The requests so far, head and body.
    pub(crate) fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }

    pub(crate) async fn client(&self, options: Options) -> Client {
        Client::connect(&Options { endpoint: Some(self.url.clone()), ..options }).await.expect("a client")
    }
}

async fn serve(mut stream: TcpStream, replies: Arc<Mutex<VecDeque<Reply>>>, asked: Arc<Mutex<Vec<String>>>) {
    while let Some(request) = read(&mut stream).await {
        asked.lock().unwrap().push(request);
        let reply = {
            let mut replies = replies.lock().unwrap();
            if replies.len() > 1 { replies.pop_front() } else { replies.front().cloned() }
        };
        let keep = match reply.expect("a reply") {
            Reply::Whole(status, headers, body) => {
                let headers: String = headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
                write(&mut stream, status, &headers, body.len(), &body).await
            }
            Reply::Half(body) => {
                write(&mut stream, 200, "", body.len(), &body[..body.len() / 2]).await;
                false
            }
            Reply::Short(body) => {
                let half = &body[..body.len() / 2];
                write(&mut stream, 200, "", half.len(), half).await
            }
            Reply::Reset => false,
            Reply::Silence => {
                tokio::time::sleep(Duration::from_secs(60)).await;
                false
            }
        };
        if !keep {
            return;
        }
    }
}

async fn write(stream: &mut TcpStream, status: u16, headers: &str, length: usize, body: &str) -> bool {
    // in one piece: the second of two would wait for the first to be acknowledged
    let answer = format!("HTTP/1.1 {status} x\r\ncontent-length: {length}\r\n{headers}\r\n{body}");
    stream.write_all(answer.as_bytes()).await.is_ok()
}

/// One request; none at the end of the connection.
pub(crate) async fn read(stream: &mut TcpStream) -> Option<String> {
    let mut bytes = Vec::new();
    loop {
        let text = String::from_utf8_lossy(&bytes);
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let lines = head.lines().filter_map(|line| line.split_once(':'));
            let length = lines.filter(|(name, _)| name.eq_ignore_ascii_case("content-length"));
            let length: usize = length.map(|(_, value)| value.trim().parse().unwrap()).next().unwrap_or(0);
            if body.len() >= length {
                return Some(text.into_owned());
            }
        }
        let mut part = [0; 8192];
        match stream.read(&mut part).await {
            Ok(0) | Err(_) => return None,
            Ok(count) => bytes.extend_from_slice(&part[..count]),
        }
    }
}
