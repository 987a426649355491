//! The embedded messaging platform: Trusted Application API and UCWA 2.0, decide, then keep, then tell.
