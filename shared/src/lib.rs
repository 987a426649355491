//! The words of the protocol: identifiers, rels, links, resources, event packages, errors and the bootstrap bodies of both sides.
