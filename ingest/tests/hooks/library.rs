//! A library at the other end of a push: it does as it was told, request by request.

use std::{
    collections::{HashMap, VecDeque},
    io::{self, BufRead, BufReader, Write as _},
    net::{TcpListener, TcpStream},
    sync::{Arc, Mutex, mpsc},
    thread,
    time::Duration,
};

/// How to treat the next request; those that nothing was said about are answered with 201.
pub(crate) enum Answer {
    Status(u16),
    /// Says no before a byte of the body was sent.
    Refuse(u16),
    /// Takes everything and falls silent.
    Never,
    /// Reads no body until the other end of this is used or gone.
    Hold(mpsc::Receiver<()>),
}

#[derive(Debug)]
pub(crate) struct Request {
    /// Method and path.
    pub(crate) asked: String,
    pub(crate) headers: HashMap<String, String>,
    /// Nothing where it broke off.
    pub(crate) body: Option<Vec<u8>>,
}

pub(crate) struct Library {
    port: u16,
    begun: mpsc::Receiver<String>,
    ended: mpsc::Receiver<Request>,
    open: Arc<Mutex<Vec<TcpStream>>>,
}

/// Not a measure of anything: what comes at all comes long before.
const PATIENCE: Duration = Duration::from_secs(120);

impl Library {
    pub(crate) fn start(answers: impl IntoIterator<Item = Answer>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let (tell_begun, begun) = mpsc::channel();
        let (tell_ended, ended) = mpsc::channel();
        let mut answers: VecDeque<_> = answers.into_iter().collect();
        let open = Arc::new(Mutex::new(Vec::new()));
        let kept = Arc::clone(&open);
        // Ends with the test process.
        thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                kept.lock().unwrap().push(stream.try_clone().unwrap());
                let answer = answers.pop_front().unwrap_or(Answer::Status(201));
                let (tell_begun, tell_ended) = (tell_begun.clone(), tell_ended.clone());
                // A request that breaks off is what some tests are about.
                thread::spawn(move || serve(&stream, &answer, &tell_begun, &tell_ended).ok());
            }
        });
        Self { port, begun, ended, open }
    }

    /// The line of a configuration that names this library.
    pub(crate) fn setting(&self) -> String {
        format!("library: http://127.0.0.1:{}", self.port)
    }

    /// Waits until a request's head is there, and returns its path.
    pub(crate) fn begun(&self) -> String {
        self.begun.recv_timeout(PATIENCE).unwrap()
    }

    /// Waits until a request ended, whole or not.
    pub(crate) fn ended(&self) -> Request {
        self.ended.recv_timeout(PATIENCE).unwrap()
    }

    /// Whether no request came that was not asked for yet.
    pub(crate) fn is_untouched(&self) -> bool {
        self.begun.try_recv().is_err()
    }
}

/// Whoever still waits for an answer learns that there is none.
impl Drop for Library {
    fn drop(&mut self) {
        for stream in self.open.lock().unwrap().iter() {
            stream.shutdown(std::net::Shutdown::Both).ok();
        }
    }
}

fn serve(
    stream: &TcpStream,
    answer: &Answer,
    begun: &mpsc::Sender<String>,
    ended: &mpsc::Sender<Request>,
) -> io::Result<()> {
    let mut input = BufReader::new(stream);
    let first = line(&mut input)?;
    let asked = first.trim_end_matches(" HTTP/1.1").to_owned();
    let mut headers = HashMap::new();
    loop {
        let header = line(&mut input)?;
        let Some((name, value)) = header.split_once(": ") else { break };
        headers.insert(name.to_lowercase(), value.to_owned());
    }
    begun.send(asked.clone()).ok();
    if let Answer::Refuse(status) = answer {
        return respond(stream, *status);
    }
    let mut output = stream;
    output.write_all(b"HTTP/1.1 100 Continue\r\n\r\n")?;
    if let Answer::Hold(gate) = answer {
        gate.recv().ok();
    }
    let body = chunks(&mut input).ok();
    let whole = body.is_some();
    ended.send(Request { asked, headers, body }).ok();
    match answer {
        Answer::Status(status) => respond(stream, *status),
        Answer::Hold(_) if whole => respond(stream, 201),
        Answer::Hold(_) | Answer::Never | Answer::Refuse(_) => Ok(()),
    }
}

fn respond(mut stream: &TcpStream, status: u16) -> io::Result<()> {
    let body = format!("no room for it, {status}");
    write!(stream, "HTTP/1.1 {status} Said\r\nContent-Length: {}\r\n\r\n{body}", body.len())
}

fn line(input: &mut impl BufRead) -> io::Result<String> {
    let mut line = String::new();
    if input.read_line(&mut line)? == 0 {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    Ok(line.trim_end().to_owned())
}

/// A chunked body (RFC 9112, 7.1), which is whole only with its last chunk.
fn chunks(input: &mut impl BufRead) -> io::Result<Vec<u8>> {
    let mut body = Vec::new();
    loop {
        let size = usize::from_str_radix(&line(input)?, 16).map_err(io::Error::other)?;
        let from = body.len();
        body.resize(from + size, 0);
        input.read_exact(&mut body[from..])?;
        line(input)?;
        if size == 0 {
            return Ok(body);
        }
    }
}
