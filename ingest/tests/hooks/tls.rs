//! The way a token really travels.

use crate::bbb::{Bbb, ID, TOKEN};
use std::{
    fs,
    io::{BufRead as _, BufReader},
    process::{Child, Command, Stdio},
};

/// A library with a certificate that nobody signed but itself: writes it to its first argument, prints
/// its port, and every head that it gets.
const SERVER: &str = r#"
require 'openssl'
require 'socket'
key = OpenSSL::PKey::RSA.new(2048)
own = OpenSSL::X509::Certificate.new
own.version = 2
own.serial = 1
own.subject = own.issuer = OpenSSL::X509::Name.parse('/CN=localhost')
own.public_key = key.public_key
own.not_before = Time.now - 60
own.not_after = Time.now + 86_400
made = OpenSSL::X509::ExtensionFactory.new(own, own)
own.add_extension(made.create_extension('basicConstraints', 'CA:TRUE', true))
own.add_extension(made.create_extension('subjectAltName', 'DNS:localhost'))
own.sign(key, OpenSSL::Digest.new('SHA256'))
File.write(ARGV[0], own.to_pem)
context = OpenSSL::SSL::SSLContext.new
context.key = key
context.cert = own
plain = TCPServer.new('localhost', 0)
$stdout.sync = true
puts plain.addr[1]
server = OpenSSL::SSL::SSLServer.new(plain, context)
loop do
  peer = begin
    server.accept
  rescue OpenSSL::SSL::SSLError
    next
  end
  head = peer.gets("\r\n\r\n")
  peer.write("HTTP/1.1 100 Continue\r\n\r\n")
  nil until peer.gets == "0\r\n"
  puts head.lines.map(&:strip).join('|')
  peer.write("HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n")
  peer.close
end
"#;

struct Server(Child);

impl Drop for Server {
    fn drop(&mut self) {
        self.0.kill().unwrap();
        self.0.wait().unwrap();
    }
}

#[test]
fn a_library_is_trusted_by_its_certificate_alone() {
    let Some(bbb) = Bbb::new("") else { return };
    let certificate = bbb.path("certificate.pem");
    let mut server = Command::new("ruby");
    server.args(["-e", SERVER]).arg(&certificate).stdout(Stdio::piped());
    let mut server = Server(server.spawn().unwrap());
    let mut told = BufReader::new(server.0.stdout.take().unwrap()).lines().map(Result::unwrap);
    let setting = format!("library: https://localhost:{}", told.next().unwrap());
    bbb.publish(ID, "presentation");
    bbb.ask(&format!("{ID}.published"));

    bbb.configure(&setting);
    assert_eq!(bbb.push("--once").status.code(), Some(1));
    assert!(bbb.status().0.contains("certificate verify failed"), "{}", bbb.status().0);

    bbb.configure(&format!("{setting}\nca_file: {}", bbb.path("missing").display()));
    assert_eq!(bbb.push("--once").status.code(), Some(1));

    bbb.configure(&format!("{setting}\nca_file: {}", certificate.display()));
    assert!(bbb.push("--once").status.success(), "{}", bbb.log());
    let head = told.next().unwrap();
    assert!(head.starts_with(&format!("PUT /ingest/push/{ID}.tar HTTP/1.1|")), "{head}");
    assert!(head.contains(&format!("Authorization: Bearer {TOKEN}")), "{head}");
    assert!(fs::read_dir(bbb.path("queue/taken")).unwrap().next().is_none());
}
