//! The UCWA client as a machine without I/O, with thin drivers for the browser and for native programs.
