//! Run, test, set up, tidy, size: the commands of this repository.

fn main() {}
