//! The service application: bootstrap, webhooks, call flow, queue and the console's API.
