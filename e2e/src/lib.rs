//! Whole-product tests: real processes over real sockets, and browser journeys under browser/.
