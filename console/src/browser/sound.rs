//! Two soft tones, made by the browser: no file, no request.

use std::cell::RefCell;

use web_sys::{AudioContext, OscillatorType};

/// Frequencies of the tones in Hz and when each begins, in seconds.
const TONES: [(f32, f64); 2] = [(587.33, 0.0), (880.0, 0.16)];
/// How long a tone fades, in seconds.
const FADE_S: f64 = 0.45;
/// How loud, of 1.
const LOUDNESS: f32 = 0.09;

thread_local! {
    static CONTEXT: RefCell<Option<AudioContext>> = const { RefCell::new(None) };
}

/// Makes the instrument; to be called in a person's gesture, before which browsers allow no sound.
pub fn unlock() {
    CONTEXT.with_borrow_mut(|it| {
        if it.is_none() {
            // A browser without sound shows the queue all the same.
            *it = AudioContext::new().ok();
        }
    });
}

/// Plays the tones; nothing before [`unlock`].
pub fn chime() {
    CONTEXT.with_borrow(|it| {
        if let Some(context) = it {
            // Playing is a courtesy: what goes wrong with it is nobody's work.
            let _ = context.resume();
            for (hertz, after_s) in TONES {
                let _ = tone(context, hertz, context.current_time() + after_s);
            }
        }
    });
}

fn tone(context: &AudioContext, hertz: f32, at_s: f64) -> Result<(), wasm_bindgen::JsValue> {
    let (oscillator, gain) = (context.create_oscillator()?, context.create_gain()?);
    oscillator.set_type(OscillatorType::Sine);
    oscillator.frequency().set_value(hertz);
    let volume = gain.gain();
    volume.set_value_at_time(0.0001, at_s)?;
    volume.exponential_ramp_to_value_at_time(LOUDNESS, at_s + 0.02)?;
    volume.exponential_ramp_to_value_at_time(0.0001, at_s + FADE_S)?;
    oscillator.connect_with_audio_node(&gain)?;
    gain.connect_with_audio_node(&context.destination())?;
    oscillator.start_with_when(at_s)?;
    oscillator.stop_with_when(at_s + FADE_S)
}
