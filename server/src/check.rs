//! `frontdesk conformance`: turns flags into a run of the checks, and writes what it found.

use conformance::{Credentials, Report, Settings, SignIn, Timers};
use store::env::Entropy as _;

use crate::cli::ConformanceFlags;
use crate::env::SystemEntropy;
use crate::limits::RUN_ID_CHARS;

/// Where service applications start, unless the operator says otherwise (`protocol.md` §2A.1).
const DISCOVER: &str = "/platformservice/discover";
/// Where signed-in clients start, unless the operator says otherwise (§3.8.1).
const ROOT: &str = "/autodiscover/autodiscoverservice.svc/root";

/// Why nothing could be checked, or the report not be written; the sentence says what to do.
#[derive(Debug, thiserror::Error)]
pub enum CheckError {
    /// A flag that cannot be.
    #[error("{0}")]
    Flag(String),
    /// No check could run.
    #[error(transparent)]
    Run(#[from] conformance::RunError),
}

/// Runs the checks that the flags ask for, and writes the JSON report where they say.
///
/// # Errors
/// See [`CheckError`]; what the checks found is in the report.
pub async fn check_conformance(flags: ConformanceFlags) -> Result<Report, CheckError> {
    let file = flags.json.clone();
    let report = conformance::run(settings(flags)?).await?;
    if let Some(file) = file {
        let text = format!("{:#}\n", report.json());
        std::fs::write(&file, text).map_err(|error| {
            let file = file.display();
            CheckError::Flag(format!("--json: {file} cannot be written: {error}"))
        })?;
    }
    Ok(report)
}

fn settings(flags: ConformanceFlags) -> Result<Settings, CheckError> {
    let platform = flags.platform.trim_end_matches('/');
    let mut run_id = SystemEntropy.id();
    run_id.truncate(RUN_ID_CHARS);
    let agents = flags.agents.iter().map(|text| {
        let wrong = || CheckError::Flag("--agent: give USER:PASSWORD".to_owned());
        let (username, password) = text.split_once(':').ok_or_else(wrong)?;
        Ok::<_, CheckError>(SignIn { username: username.into(), password: password.into() })
    });
    let stranger = flags.other_client_id.zip(flags.other_client_secret);
    Ok(Settings {
        discover_url: flags.discover.unwrap_or_else(|| [platform, DISCOVER].concat()),
        root_url: flags.root.unwrap_or_else(|| [platform, ROOT].concat()),
        endpoint: flags.endpoint,
        application: Credentials { client_id: flags.client_id, client_secret: flags.client_secret },
        stranger: stranger
            .map(|(client_id, client_secret)| Credentials { client_id, client_secret }),
        token_url: flags.token_url,
        resource: flags.resource,
        callback_listen: flags.callback_listen,
        callback_url: flags.callback_url,
        audience: flags.audience,
        origin: flags.origin,
        agents: agents.collect::<Result<_, _>>()?,
        expired_token: flags.expired_token,
        timers: Timers {
            inactivity_s: flags.inactivity_s,
            invitation_s: flags.invitation_s,
            typing_s: flags.typing_s,
            poll_min_s: flags.poll_min_s,
            hold_min_s: flags.hold_min_s,
        },
        only: flags.only,
        parallel: flags.parallel,
        run_id,
    })
}
