//! The composition root: configuration, command line, routers, assets and lifecycle of the frontdesk binary.
