//! Platform and desk as two processes that know each other by configuration only.

use std::path::PathBuf;

use rcgen::{CertificateParams, KeyPair, PKCS_RSA_SHA256};
use tempfile::TempDir;

use crate::person::Person;
use crate::process::{Process, free_port};

/// What the desk proves itself with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Proof {
    /// A client secret.
    Secret,
    /// A certificate whose key signs assertions.
    Certificate,
}

/// A platform without a desk and a desk without a platform.
pub struct Halves {
    /// The platform.
    pub platform: Process,
    /// The desk.
    pub desk: Process,
    folder: TempDir,
}

/// How the only agent signs in.
const ANN: (&str, &str) = ("ann@halves.example", "three green bottles");

impl Halves {
    /// Starts both; the desk is for this endpoint, the platform knows `sip:help@halves.example`.
    pub fn start(proof: Proof, endpoint: &str) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        let write = |name: &str, text: &str| {
            let path = folder.path().join(name);
            std::fs::write(&path, text).expect("a file can be written");
            path.display().to_string()
        };
        let secret = write("secret", "a secret of both\n");
        let password = write("password", ANN.1);
        let (at_desk, at_platform) = match proof {
            Proof::Secret => {
                let line = format!("client_secret_file = \"{secret}\"");
                (line.clone(), line)
            }
            Proof::Certificate => {
                let (certificate, key) = certificate();
                let line = format!("certificate_file = \"{}\"", write("desk.crt", &certificate));
                (format!("{line}\nkey_file = \"{}\"", write("desk.key", &key)), line)
            }
        };
        let platform = format!("http://127.0.0.1:{}", free_port());
        let desk = format!("http://127.0.0.1:{}", free_port());
        let (at, to) = (&platform["http://".len()..], &desk["http://".len()..]);
        let data = folder.path().display();
        let config = format!(
            "only = \"platform\"\nlisten = \"{at}\"\ndata = \"{data}/platform\"\n\
             ucwa_origins = [\"{desk}\"]\n\
             [application.helpdesk]\nendpoint = \"sip:help@halves.example\"\n{at_platform}\n\
             callback_url = \"{desk}/desk/webhook\"\n\
             [agent.\"{}\"]\nname = \"Ann\"\npassword_file = \"{password}\"\n",
            ANN.0
        );
        let platform_config = PathBuf::from(write("platform.toml", &config));
        let web = concat!(env!("CARGO_MANIFEST_DIR"), "/../server/tests/fixtures/web");
        let config = format!(
            "only = \"desk\"\nlisten = \"{to}\"\ndata = \"{data}/desk\"\nassets = \"{web}\"\n\
             [platform]\ndiscover_url = \"{platform}/platformservice/discover\"\n\
             endpoint = \"{endpoint}\"\n\
             [platform.oauth]\nclient_id = \"helpdesk\"\n{at_desk}\n\
             [agent.\"{}\"]\nname = \"Ann\"\n",
            ANN.0
        );
        let desk_config = PathBuf::from(write("desk.toml", &config));
        // The desk first: it has to wait for a platform that is not there yet.
        let desk = Process::serve(&desk_config);
        let platform = Process::serve(&platform_config);
        Self { platform, desk, folder }
    }

    /// Ends the platform as a power cut would, and starts it again on its data.
    #[must_use]
    pub fn restart_platform(self) -> Self {
        let Self { platform, desk, folder } = self;
        platform.kill_9();
        let platform = Process::serve(&folder.path().join("platform.toml"));
        Self { platform, desk, folder }
    }

    /// The agent, who looks for the platform where the console is: at the desk.
    pub fn ann(&self, seed: u64) -> Person {
        Person::agent_as(&self.desk.url, ANN, seed)
    }

    /// A visitor of the desk's own pages.
    pub fn visitor(&self, seed: u64) -> Person {
        Person::visitor_of(&self.desk.url, "main", seed)
    }
}

/// A certificate and its key, in PEM.
fn certificate() -> (String, String) {
    let key = KeyPair::generate_for(&PKCS_RSA_SHA256).expect("a key can be made");
    let params = CertificateParams::new(vec!["desk.halves.example".to_owned()]);
    let params = params.expect("the name is one");
    let certificate = params.self_signed(&key).expect("the key signs");
    (certificate.pem(), key.serialize_pem())
}
