//! Drives `receive_text`.

use std::io::{self, ErrorKind, Read, Write};
use std::net::Shutdown;

use narrator::partner::{self, PATIENCE, shown};
use narrator::scripted::{Act, Scripted};
use narrator::small_print::SmallPrint;
use narrator::wire::fin;
use narrator::{Outcome, Story, errors, judge, local_address};
use socket2::Socket;

use super::{MUCH, NO_KIND, OFTEN, Watched, all_sorts};
use crate::{ANSWER, GREETING, ReceiveText};

/// Real connections, pieces, cut characters, interruptions, bytes that are no text, errors, a client that says nothing and one
/// that says much.
pub(crate) fn receive_text(story: &mut Story, receive_text: ReceiveText) -> io::Result<()> {
    a_greeting(story, receive_text)?;
    many_lines(story, receive_text)?;
    pieces(story, receive_text)?;
    cut_characters(story, receive_text)?;
    interrupted(story, receive_text)?;
    what_is_no_text(story, receive_text)?;
    until_reset(story, receive_text)?;
    nothing(story, receive_text)?;
    much(story, receive_text)?;
    interrupted_often(story, receive_text)?;
    no_text_at_last(story, receive_text)?;
    would_block(story, receive_text)?;
    fails_after_much(story, receive_text)?;
    fails_in_many_ways(story, receive_text)
}

const ZEROS: &str = "The zeros are your buffer's own: read filled only the beginning of it, as far as the number that \
                     it returned.";
const FULL: &str = "Your buffer was full: a read into no room gives 0, and that is not the end. Collect in a Vec, \
                    which grows.";
const LAST_PIECE: &str = "That is only the last piece: append what each read gives to what you have.";
const SHORT: &str =
    "Your function stopped before the end: a short read says only that no more is there now. The end is 0.";
const NOT_THESE: &str = "That is not what the client sent: append the new bytes of each read, and only those.";

fn a_greeting(story: &mut Story, receive_text: ReceiveText) -> io::Result<()> {
    story.step("A client sends the greeting over a real connection, and is done sending.");
    let mut stream = client_says(story, GREETING.as_bytes())?;
    let text = receive(story, receive_text, &mut stream)?;
    let text = received(story, text, stream.is_stuck())?;
    let mistake = match text.as_str() {
        "" if stream.empty_buffer => {
            "Your function read into a buffer of length 0, so it got 0 bytes: Vec::with_capacity makes room, but no \
             bytes to write to. vec![0; 1024] makes both."
        }
        "" => "The client sent 24 bytes, and your function returned none of them.",
        text if text.contains('\0') => ZEROS,
        text if GREETING.starts_with(text) && stream.empty_buffer => FULL,
        text if GREETING.starts_with(text) => "That is only the beginning: read on until read gives 0.",
        _ => "That is not what the client sent.",
    };
    story.check(text == GREETING, "All that the client said.", mistake)
}

fn many_lines(story: &mut Story, receive_text: ReceiveText) -> io::Result<()> {
    story.step("A client sends 200 lines, 5000 bytes, over a real connection.");
    let lines = format!("{GREETING}\n").repeat(200);
    let mut stream = client_says(story, lines.as_bytes())?;
    let text = receive(story, receive_text, &mut stream)?;
    let text = received(story, text, stream.is_stuck())?;
    let mistake = match text.as_str() {
        text if text.contains('\0') => ZEROS,
        text if text == lines.trim_end() => "The last line break was the client's, too: return the bytes as they came.",
        text if text.trim_end() == GREETING => {
            "Your function stopped at the end of a line. A line break is a byte as any other: read on until read \
             gives 0."
        }
        text if lines.starts_with(text) && stream.empty_buffer => FULL,
        text if lines.starts_with(text) => {
            "That is only the beginning. A buffer holds no more than its length: read on until read gives 0."
        }
        text if lines.ends_with(text) => LAST_PIECE,
        text if text == lines.replace('\n', "") => "The line breaks are gone: return the bytes as they came.",
        _ => NOT_THESE,
    };
    story.check(text == lines, "Every line, though they fill most buffers several times.", mistake)
}

fn pieces(story: &mut Story, receive_text: ReceiveText) -> io::Result<()> {
    story.step("The greeting comes in pieces of 7, 1, 9 and 7 bytes (scripted).");
    let script = [Act::Pass(7), Act::Pass(1), Act::Pass(9), Act::Pass(7)];
    let mut stream = Watched::new(Scripted::holding(GREETING.as_bytes(), &script));
    let text = receive(story, receive_text, &mut stream)?;
    let text = received(story, text, stream.is_stuck())?;
    let mistake = match text.as_str() {
        _ if !stream.inner.unread().is_empty() => SHORT,
        "socket!" => LAST_PIECE,
        text if text.starts_with("socket!") => {
            "Each read wrote over the piece before it: read writes from the start of the buffer that it is given. \
             Append what each one gives to a Vec."
        }
        text if text.contains('\0') => ZEROS,
        _ => NOT_THESE,
    };
    story.check(text == GREETING, "Whole, each piece behind the one before it.", mistake)
}

fn cut_characters(story: &mut Story, receive_text: ReceiveText) -> io::Result<()> {
    story.step("The answer comes in pieces of 6, 4, 1 and 7 bytes (scripted).");
    let script = [Act::Pass(6), Act::Pass(4), Act::Pass(1), Act::Pass(7)];
    let mut stream = Watched::new(Scripted::holding(ANSWER.as_bytes(), &script));
    let text = receive(story, receive_text, &mut stream)?;
    let mistake = match &text {
        Err(error) if error.kind() == ErrorKind::InvalidData => {
            "Your function decoded a piece that ends in the middle of a character. Its bytes are right, they are only \
             not all there: collect first, decode once."
        }
        Err(_) => "No call failed here: a piece is no error, however small.",
        Ok(text) if text.contains(char::REPLACEMENT_CHARACTER) => {
            "A character was cut in two, and lossy decoding made wrong ones of its parts: collect first, decode once."
        }
        Ok(_) if !stream.inner.unread().is_empty() => SHORT,
        Ok(text) if text.chars().count() == ANSWER.len() => {
            "Each byte became a character of its own. In UTF-8 a character is up to 4 bytes: String::from_utf8 knows."
        }
        Ok(_) => "The bytes of a character that came in two pieces are missing: collect first, decode once.",
    };
    let right = text.is_ok_and(|text| text == ANSWER);
    story.check(right, "Whole, though the second and the third piece end inside a character.", mistake)
}

fn interrupted(story: &mut Story, receive_text: ReceiveText) -> io::Result<()> {
    story.step("After the first piece a call is interrupted (scripted).");
    let script = [Act::Pass(6), Act::Fail(ErrorKind::Interrupted), Act::Pass(64)];
    let mut stream = Watched::new(Scripted::holding(ANSWER.as_bytes(), &script));
    let text = receive(story, receive_text, &mut stream)?;
    let mistake = match &text {
        Err(error) if error.kind() == ErrorKind::Interrupted => {
            "Interrupted is no failure: the call gave nothing, and nothing is lost. Make it once more."
        }
        Err(_) => "An interrupted call is no failure: make it once more.",
        Ok(text) if ANSWER.starts_with(text.as_str()) => {
            "Your function took the interruption for the end. Only 0 is the end: make that call once more."
        }
        Ok(_) => "An interrupted call gave nothing: keep what you had, add nothing, and make it once more.",
    };
    story.check(text.is_ok_and(|text| text == ANSWER), "Nothing was lost: the call was made once more.", mistake)
}

fn what_is_no_text(story: &mut Story, receive_text: ReceiveText) -> io::Result<()> {
    let gbk = ("A client writes in GBK, an older encoding than UTF-8: 消息", b"\xcf\xfb\xcf\xa2");
    let cut = ("A client's last character is cut: its other bytes never come.", b"\xe6\xb6\x88\xe6");
    for (title, bytes) in [gbk, cut] {
        story.step(title);
        let mut stream = client_says(story, bytes)?;
        let text = receive(story, receive_text, &mut stream)?;
        let mistake = match &text {
            Ok(text) if text.contains(char::REPLACEMENT_CHARACTER) => {
                "Lossy decoding put a sign of its own where bytes make no character, and nobody can tell any more what \
                 was there. Say InvalidData instead."
            }
            Ok(_) => {
                "The client sent bytes that are no UTF-8, and your function left them out. Say InvalidData instead."
            }
            Err(_) => "This error does not say what happened. For bytes that are no UTF-8 it is InvalidData.",
        };
        story.check(
            judge::failed_with(&text, ErrorKind::InvalidData),
            "The caller learns that this is no UTF-8.",
            mistake,
        )?;
    }
    Ok(())
}

fn until_reset(story: &mut Story, receive_text: ReceiveText) -> io::Result<()> {
    story.step("After the first piece the connection is reset (scripted).");
    let script = [Act::Pass(6), Act::Fail(ErrorKind::ConnectionReset)];
    let mut stream = Watched::new(Scripted::holding(ANSWER.as_bytes(), &script));
    let text = receive(story, receive_text, &mut stream)?;
    let mistake = match &text {
        _ if stream.is_stuck() => {
            "The connection is gone, and your function read thousands of times more: only Interrupted is worth \
             another try, any other error is the caller's."
        }
        Ok(_) => "That is a part of the text, and nothing says so: the caller should get read's error instead.",
        Err(_) => "The caller should get read's own error: hand it on as it is.",
    };
    let right = judge::failed_with(&text, ErrorKind::ConnectionReset);
    story.check(right, "The caller learns why, and takes no part of a text for the whole.", mistake)
}

fn nothing(story: &mut Story, receive_text: ReceiveText) -> io::Result<()> {
    story.step("A client is done before it has said anything.");
    let mut stream = client_says(story, b"")?;
    let text = receive(story, receive_text, &mut stream)?;
    let mistake = match &text {
        Ok(_) => "The client said nothing, and your function returned a text all the same.",
        Err(_) => "The client said nothing and ended in good order: that is the empty text, no failure.",
    };
    story.check(text.is_ok_and(|text| text.is_empty()), "No bytes are a text as well, the empty one.", mistake)
}

/// A long text, with all that a text may have: a byte order mark, line ends of both sorts, a byte of 0, characters of 1 to 4
/// bytes.
fn long_text() -> String {
    let line = "消息收到,over!\r\n\0\t🦀 é\n  ";
    format!("\u{feff}{}", line.repeat(MUCH / line.len() + 1))
}

fn much(story: &mut Story, receive_text: ReceiveText) -> io::Result<()> {
    story.step("A long text comes, more than 1,100,000 bytes, of all sorts of characters (scripted).");
    let text = long_text();
    let mut stream = Watched::for_much(Scripted::holding(text.as_bytes(), &[Act::Pass(5000)]));
    let received = receive(story, receive_text, &mut stream)?;
    let received = self::received(story, received, stream.is_stuck())?;
    let mistake = match received.as_str() {
        _ if text.strip_prefix('\u{feff}') == Some(&received) => {
            "The byte order mark at the beginning is missing. It is a character as any other: return the text as it came."
        }
        _ if received == text.trim() => "What stands at the ends is a part of the text, too: return it as it came.",
        _ if text.starts_with(&received) => {
            "That is only the beginning. However long a text is: read on until read gives 0."
        }
        _ if received.len() < text.len() => {
            "Characters are missing. Line ends, tabs and a byte of 0 are characters as any other: return the text as it came."
        }
        _ => NOT_THESE,
    };
    story.check(received == text, "Every character, whichever it is.", mistake)
}

fn interrupted_often(story: &mut Story, receive_text: ReceiveText) -> io::Result<()> {
    story.step("2000 interruptions come before each piece, and before the end (scripted).");
    let script: Vec<_> = [6, 4, 64, 64].iter().flat_map(|most| OFTEN.into_iter().chain([Act::Pass(*most)])).collect();
    let mut stream = Watched::new(Scripted::holding(ANSWER.as_bytes(), &script));
    let text = receive(story, receive_text, &mut stream)?;
    let mistake = match &text {
        Err(_) => {
            "Your function gave up after some interruptions. However many there are, each one gave nothing and is no \
             failure: make the call once more."
        }
        Ok(_) => {
            "However many interruptions there are, they are not the end, and they give nothing. Only 0 is the end."
        }
    };
    story.check(text.is_ok_and(|text| text == ANSWER), "However often it is interrupted, nothing is lost.", mistake)
}

fn no_text_at_last(story: &mut Story, receive_text: ReceiveText) -> io::Result<()> {
    story.step("After 550,000 bytes of text comes one that is no UTF-8 (scripted).");
    let mut bytes = vec![b'.'; MUCH / 2];
    bytes.push(0xff);
    let mut stream = Watched::for_much(Scripted::holding(&bytes, &[Act::Pass(5000)]));
    let text = receive(story, receive_text, &mut stream)?;
    story.check(
        judge::failed_with(&text, ErrorKind::InvalidData),
        "The caller learns that this is no UTF-8, however late it comes.",
        "The last byte is no UTF-8, so the whole is none: that is InvalidData.",
    )
}

fn would_block(story: &mut Story, receive_text: ReceiveText) -> io::Result<()> {
    story.step("After the first piece it says WouldBlock, as a nonblocking stream (scripted).");
    let script = [Act::Pass(6), Act::Fail(ErrorKind::WouldBlock)];
    let mut stream = Watched::new(Scripted::holding(ANSWER.as_bytes(), &script));
    let text = receive(story, receive_text, &mut stream)?;
    let mistake = match &text {
        _ if stream.is_stuck() => {
            "Your function tried thousands of times more. A nonblocking stream is not for waiting: WouldBlock is the \
             caller's, who knows when to try again."
        }
        Ok(_) => "WouldBlock is not the end: more may come. The caller should get that error.",
        Err(_) => "The caller should get read's own error: hand it on as it is.",
    };
    story.check(judge::failed_with(&text, ErrorKind::WouldBlock), "The caller learns that it has to wait.", mistake)
}

fn fails_after_much(story: &mut Story, receive_text: ReceiveText) -> io::Result<()> {
    story.step("After 550,000 bytes it fails with an error that has no kind (scripted).");
    let script: Vec<_> = [Act::Pass(5000); 110].into_iter().chain([Act::FailAs(NO_KIND)]).collect();
    let mut stream = Watched::for_much(Scripted::holding(&[b'.'; MUCH], &script));
    let small_print = SmallPrint::before();
    let text = receive_text(&mut stream);
    let right = text.as_ref().is_err_and(|error| errors::same(error, &io::Error::from_raw_os_error(NO_KIND)));
    let told = text.as_ref().map_or_else(Outcome::from, |text| Outcome::from(shown(text.as_bytes())));
    story.you("receive_text(&mut stream)", if right { Outcome::from("read's own error") } else { told });
    let mistake = match &text {
        _ if stream.is_stuck() => {
            "read failed, and your function tried thousands of times more: only Interrupted is worth another try."
        }
        Ok(_) => "That is a part of the text, and nothing says so: the caller should get read's error instead.",
        Err(_) => "The caller should get read's own error: hand it on as it is, with its number.",
    };
    story.check(right, "Whichever error it is, and however late it comes.", mistake)?;
    small_print.holds(story, [])
}

/// And in ways, at places and with texts that are told only where they show a mistake.
fn fails_in_many_ways(story: &mut Story, receive_text: ReceiveText) -> io::Result<()> {
    all_sorts::received(story, receive_text)?;
    story.step("After the first piece it fails with each of nine other errors (scripted).");
    story.meaning("Each of them came back to the caller as it was.");
    Ok(())
}

/// Calls the learner's function.
fn receive(story: &mut Story, receive_text: ReceiveText, stream: &mut dyn Read) -> io::Result<io::Result<String>> {
    let small_print = SmallPrint::before();
    let text = judge::told(story, "receive_text(&mut stream)", receive_text(stream), |text| shown(text.as_bytes()))?;
    small_print.holds(story, [])?;
    Ok(text)
}

/// The text of a function that has to succeed, and to come to an end.
fn received(story: &mut Story, text: io::Result<String>, stuck: bool) -> io::Result<String> {
    if stuck {
        return Err(story.mistake(
            "read gave 0 bytes, and your function read on, thousands of times: it would do so for ever. 0 is the end \
             of the stream, not \"nothing yet\".",
        ));
    }
    text.map_err(|error| match error.kind() {
        ErrorKind::UnexpectedEof => story.mistake(
            "read_exact wants its whole buffer filled, and nobody knows beforehand how much will come: use read.",
        ),
        _ => story.mistake(&format!("receive_text returned this error where it should succeed: {error}.")),
    })
}

/// A stream of the server's whose client has said all this, and is done sending.
fn client_says(story: &mut Story, bytes: &[u8]) -> io::Result<Watched<Socket>> {
    let (stream, mut client) = partner::meet(story, Some(PATIENCE))?;
    client.write_all(bytes)?;
    client.shutdown(Shutdown::Write)?;
    story.client("send(), shutdown(SHUT_WR)", format!("{} bytes", bytes.len()));
    story.wire(fin(local_address(&client)?, local_address(&stream)?));
    Ok(Watched::new(stream))
}
