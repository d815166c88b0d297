//! Texts over which a program stumbles that takes bytes for words, or lines, or what it has met before.

/// Each is UTF-8: a greeting has to be.
pub const TEXTS: [&str; 12] = [
    // Nothing at all; and what looks like nothing.
    "",
    "\n",
    "\r\n",
    " \t ",
    // A byte of 0 in front, inside and behind.
    "\0one\0two\0",
    // Several lines, none of them the last, some of them empty; both line ends, and a byte order mark in front.
    "\u{feff}one\r\n\r\n\r\ntwo\n\n\nthree\r\n.\r\n",
    // Space in front and behind.
    "\r\n  one \t\r\n",
    // No line end; and large letters.
    "One\nTWO",
    "消息收到\n",
    // The same twice.
    "again\nagain\n",
    // What ends a conversation elsewhere.
    "quit\n",
    "\u{4}",
];

/// The same as bytes, and some that are no text.
pub fn bytes() -> impl Iterator<Item = &'static [u8]> {
    let no_texts: [&[u8]; 3] = [b"\xff", b"\xef\xbb\xbf\xff\xfe\n", b"one\n\xe6\xb6"];
    TEXTS.into_iter().map(str::as_bytes).chain(no_texts)
}
