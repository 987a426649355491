//! A mail server of few words (RFC 5321) that hands over what it takes.

use std::net::SocketAddr;

use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use tokio_util::task::TaskTracker;

/// A mail server on this machine, until it is dropped.
pub struct MailServer {
    /// Where it listens.
    pub addr: SocketAddr,
    letters: mpsc::UnboundedReceiver<MailTaken>,
    task: tokio::task::JoinHandle<()>,
}

/// A letter as it came over the wire.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MailTaken {
    /// Whose it is, as `MAIL FROM` says it.
    pub from: String,
    /// To whom it goes, as each `RCPT TO` says it.
    pub to: Vec<String>,
    /// Head and text.
    pub data: String,
}

impl MailServer {
    /// Listens on a free port.
    pub async fn listen() -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("there is a free port");
        let addr = listener.local_addr().expect("it is bound");
        let (taken, letters) = mpsc::unbounded_channel();
        let task = TaskTracker::new().spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                // Whoever breaks off has sent nothing.
                let _ = talk(stream, &taken).await;
            }
        });
        Self { addr, letters, task }
    }

    /// The next letter.
    pub async fn takes(&mut self) -> MailTaken {
        self.letters.recv().await.expect("it listens while it is there")
    }
}

impl Drop for MailServer {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn talk(stream: TcpStream, taken: &mpsc::UnboundedSender<MailTaken>) -> std::io::Result<()> {
    let (read, mut write) = stream.into_split();
    let mut lines = BufReader::new(read).lines();
    let mut letter = MailTaken::default();
    write.write_all(b"220 mail.example\r\n").await?;
    while let Some(line) = lines.next_line().await? {
        let word = line.split([' ', ':']).next().unwrap_or_default().to_ascii_uppercase();
        let address = line.split(['<', '>']).nth(1).unwrap_or_default().to_owned();
        let answer = match word.as_str() {
            "MAIL" => {
                letter = MailTaken { from: address, ..MailTaken::default() };
                "250 OK"
            }
            "RCPT" => {
                letter.to.push(address);
                "250 OK"
            }
            "DATA" => {
                write.write_all(b"354 Go on\r\n").await?;
                while let Some(line) = lines.next_line().await?.filter(|it| it != ".") {
                    letter.data.push_str(line.strip_prefix('.').unwrap_or(&line));
                    letter.data.push('\n');
                }
                // Nobody may wait for it any more.
                let _ = taken.send(std::mem::take(&mut letter));
                "250 Taken"
            }
            "EHLO" | "HELO" | "RSET" | "NOOP" => "250 mail.example",
            "QUIT" => "221 Bye",
            _ => "502 Not known here",
        };
        write.write_all(format!("{answer}\r\n").as_bytes()).await?;
    }
    Ok(())
}
