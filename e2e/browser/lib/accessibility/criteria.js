// The success criteria of WCAG 2.2, levels A and AA, and what says something about each here.
//
// Rules of axe name their criteria themselves. The other checks are named below, with the tests of other journeys. What
// no program judges was looked at by the developers (`LOOKED`), or is not there (`ABSENT`); a criterion of which nothing is
// known is told as not evaluated, and a fault that no program finds is in `KNOWN`.

/** Number, name and level; a criterion that came with WCAG 2.2 is not in EN 301 549 yet. */
export const CRITERIA = `1.1.1 Non-text Content A
1.2.1 Audio-only and Video-only (Prerecorded) A
1.2.2 Captions (Prerecorded) A
1.2.3 Audio Description or Media Alternative (Prerecorded) A
1.2.4 Captions (Live) AA
1.2.5 Audio Description (Prerecorded) AA
1.3.1 Info and Relationships A
1.3.2 Meaningful Sequence A
1.3.3 Sensory Characteristics A
1.3.4 Orientation AA
1.3.5 Identify Input Purpose AA
1.4.1 Use of Color A
1.4.2 Audio Control A
1.4.3 Contrast (Minimum) AA
1.4.4 Resize Text AA
1.4.5 Images of Text AA
1.4.10 Reflow AA
1.4.11 Non-text Contrast AA
1.4.12 Text Spacing AA
1.4.13 Content on Hover or Focus AA
2.1.1 Keyboard A
2.1.2 No Keyboard Trap A
2.1.4 Character Key Shortcuts A
2.2.1 Timing Adjustable A
2.2.2 Pause, Stop, Hide A
2.3.1 Three Flashes or Below Threshold A
2.4.1 Bypass Blocks A
2.4.2 Page Titled A
2.4.3 Focus Order A
2.4.4 Link Purpose (In Context) A
2.4.5 Multiple Ways AA
2.4.6 Headings and Labels AA
2.4.7 Focus Visible AA
2.4.11 Focus Not Obscured (Minimum) AA new
2.5.1 Pointer Gestures A
2.5.2 Pointer Cancellation A
2.5.3 Label in Name A
2.5.4 Motion Actuation A
2.5.7 Dragging Movements AA new
2.5.8 Target Size (Minimum) AA new
3.1.1 Language of Page A
3.1.2 Language of Parts AA
3.2.1 On Focus A
3.2.2 On Input A
3.2.3 Consistent Navigation AA
3.2.4 Consistent Identification AA
3.2.6 Consistent Help A new
3.3.1 Error Identification A
3.3.2 Labels or Instructions A
3.3.3 Error Suggestion AA
3.3.4 Error Prevention (Legal, Financial, Data) AA
3.3.7 Redundant Entry A new
3.3.8 Accessible Authentication (Minimum) AA new
4.1.2 Name, Role, Value A
4.1.3 Status Messages AA`.split('\n').map((line) => {
  const [, number, name, level, isNew] = /^([\d.]+) (.*?) (AA?)( new)?$/.exec(line);
  return { number, name, level, clause: isNew ? undefined : `9.${number}` };
});

/** The checks of in-page.js and keyboard.js: what they are told as, and the criteria they are for. */
export const CHECKS = {
  reflow: ['nothing reaches beyond the sides at 320 px', '1.4.10'],
  reach: ['every control can be brought into view at 320 × 256 px', '1.4.4', '1.4.10'],
  spacing: ['nothing is cut off by the spacing of 1.4.12', '1.4.12'],
  contrast: ['edges and signs of controls measured, 3:1', '1.4.11'],
  ink: ['the contrast of every text measured, 4.5:1', '1.4.3'],
  names: ['a name has the words that are seen', '2.5.3'],
  motion: ['nothing moves for long where less motion is wanted', '2.2.2'],
  errors: ['a wrong field is described in words', '3.3.1'],
  purpose: ['fields about a person have `autocomplete`', '1.3.5'],
  paste: ['no field refuses what is pasted', '3.3.8'],
  keyboard: ['every control reached by Tab', '2.1.1'],
  'keyboard-trap': ['Tab leaves every control', '2.1.2'],
  'focus-seen': ['the focus ring measured, 3:1', '2.4.7'],
  'focus-uncovered': ['what has the focus is not covered', '2.4.11'],
};

/** Tests of other journeys, which run in the same suite: file, the beginning of the name, the parts they judge, criteria. */
export const JOURNEYS = [
  ['keyboard', 'Tab reaches the launcher', ['widget'], '2.1.1', '2.1.2', '2.4.3'],
  ['past', 'a visitor comes back to what was said before', ['widget'], '2.1.1', '2.4.3', '3.3.1', '3.3.3'],
  ['messages-left', 'a message that was left is in every console', ['console'], '2.1.1'],
  ['forms', 'a visitor answers the form', ['widget'], '3.3.1', '3.3.2'],
  ['forms', 'while the site is closed', ['widget'], '3.3.7'],
  ['chat', 'a wrong password is refused', ['console'], '3.3.1'],
  ['console-tabs', 'invariant 11: where nothing is renewed', ['console'], '2.2.1'],
  ['states', 'a message is sent, then delivered', ['widget', 'console'], '1.4.1'],
  ['accessibility', 'each message that comes is announced exactly once, to the visitor and to the agent', ['widget', 'console'], '4.1.3'],
];

/** What the developers looked at, in the code and in the pictures of the run, and what they saw. */
export const LOOKED = {
  '1.1.1': 'Signs are hidden from screen readers, and the buttons that they are on have names; a picture that somebody sends has the name of its file.',
  '1.3.2': 'The order of the document is the order on screen; messages are in the order of time, in both directions of reading.',
  '1.3.3': 'No text refers to a shape, a place or a sound.',
  '1.4.1': 'States of messages, of the connection and of fields are words; colour comes in addition.',
  '1.4.2': 'The one sound is shorter than three seconds.',
  '1.4.13': 'Nothing appears by pointing at something or by the focus alone.',
  '2.1.4': 'The widget has no shortcuts; those of the console need Alt or Ctrl.',
  '2.2.1': 'Nothing that a person types or reads runs out of time; a console whose sign-in ends asks for the password in place and keeps what was typed.',
  '2.2.2': 'Where less motion is not wanted, three dots move while somebody types.',
  '2.3.1': 'Nothing flashes.',
  '2.4.4': 'The texts of links are addresses that people wrote, in a message that says what for; the product has no other links but those of its help.',
  '2.4.6': 'Headings and labels name what they stand above.',
  '2.5.1': 'Everything is done by one pointer without a path.',
  '2.5.2': 'Everything happens when the button is let go.',
  '2.5.4': 'Nothing is done by moving the device.',
  '2.5.7': 'A file that may be dropped may also be chosen and pasted.',
  '3.1.2': 'Messages are written by people, in languages that nobody marks; their direction is found for each (`dir="auto"`).',
  '3.2.1': 'Nothing happens by the focus alone.',
  '3.2.2': 'Nothing is sent and nobody is led elsewhere by filling a field; a choice may show one more question below it.',
  '3.2.3': 'Header, menu and field stand in the same places in every state.',
  '3.2.4': 'The same signs and words for the same things, from one file of texts.',
  '3.2.6': 'The widget is itself the help; the menu stands in the same place in every state, and so does the help of the console.',
  '3.3.2': 'Every field has a label that stays; what may be left out says so.',
  '3.3.3': 'What is wrong with a field says what is asked for.',
  '3.3.4': 'The one thing that cannot be undone, to end a conversation, is asked first; no money and no contract is concerned.',
};

/** What the product does not have. */
export const ABSENT = {
  '1.2.1': 'no sound or film of its own; files that people send are theirs',
  '1.2.2': 'as 1.2.1',
  '1.2.3': 'as 1.2.1',
  '1.2.4': 'as 1.2.1',
  '1.2.5': 'as 1.2.1',
  '1.4.5': 'no pictures of text; a launcher’s own picture is the site’s',
  '2.4.5': 'one page each, not a set of pages',
};

/** Faults that are known and not mended yet, by criterion and part. */
export const KNOWN = {
  '3.1.2': {
    widget: 'the sentence with which a platform refuses a message comes in the language of the platform',
    console: 'why the server refused a message is told in English in every language',
  },
};
