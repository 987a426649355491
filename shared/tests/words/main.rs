//! What the words of the protocol mean, shown on the documents of the seeds.

mod bootstrap;
mod dates_and_texts;
mod events;
mod fuzz;
mod ids;
mod mutate;
mod properties;
mod resources;
mod tokens;

/// A document of the seeds, as it stood there.
pub(crate) mod seeds {
    /// S0: answer of `anonApplicationTokens`, internal dialect.
    pub(crate) const S0_TOKEN: &str = include_str!("../fixtures/s0_anon_application_token.json");
    /// S0: what was asked for.
    pub(crate) const S0_REQUEST: &str =
        include_str!("../fixtures/s0_anon_application_token_request.json");
    /// S1: what a website asks the service application.
    pub(crate) const S1_JOB: &str = include_str!("../fixtures/s1_get_anon_token_job.json");
    /// S1: what the service application asks the platform.
    pub(crate) const S1_REQUEST: &str =
        include_str!("../fixtures/s1_anon_application_token_request.json");
    /// S1: the answer, in the meeting variant.
    pub(crate) const S1_TOKEN: &str = include_str!("../fixtures/s1_anon_application_token.json");
    /// S2: the capabilities of an application.
    pub(crate) const S2_APPLICATION: &str = include_str!("../fixtures/s2_application.json");
    /// S2: what is asked for.
    pub(crate) const S2_REQUEST: &str =
        include_str!("../fixtures/s2_anon_application_token_request.json");
    /// S2: the answer, in the public dialect.
    pub(crate) const S2_TOKEN: &str = include_str!("../fixtures/s2_anon_application_token.json");
}
