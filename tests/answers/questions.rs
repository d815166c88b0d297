//! The lessons' questions: each is asked in its walkthrough, and the book shows each with a sentence for every answer.
//!
//! `INSTA_UPDATE=always cargo test -p answers --test questions` writes anew what the book includes.

use std::fmt::Write;

use grading::course;
use narrator::{Lesson, Question};

const LESSONS: [&Lesson; 11] = [
    &lesson01_create::LESSON,
    &lesson02_bind::LESSON,
    &lesson03_listen::LESSON,
    &lesson04_accept::LESSON,
    &lesson05_send_recv::LESSON,
    &lesson06_close::LESSON,
    &lesson07_reuse_address::LESSON,
    &lesson08_disconnect::LESSON,
    &lesson09_whole_program::LESSON,
    &lesson10_framing::LESSON,
    &lesson11_deadlines::LESSON,
];

#[test]
fn every_question_has_two_to_four_answers_and_a_sentence_for_each() {
    for Question { prompt, answers, right } in
        LESSONS.iter().flat_map(|lesson| [lesson.questions, lesson.wire_questions]).flatten()
    {
        assert!((2..=4).contains(&answers.len()), "{prompt}: {} answers", answers.len());
        assert!(('a'..).take(answers.len()).any(|letter| letter == *right), "{prompt}: no answer {right}");
        assert!(prompt.ends_with('?'), "{prompt}");
        for answer in *answers {
            assert!(answer.why.trim_end_matches(')').ends_with('.'), "{prompt} {}: {}", answer.text, answer.why);
        }
    }
}

#[test]
fn a_walkthrough_asks_its_lessons_questions_in_their_order_and_answers_each() {
    for lesson in LESSONS {
        asks_and_answers(lesson, lesson.questions, "walkthrough", lesson.questions.len());
        asks_and_answers(lesson, lesson.wire_questions, "wire", lesson.questions.len() + lesson.wire_questions.len());
    }
}

/// These questions are asked and answered in this story, in their order, and `all` in all.
fn asks_and_answers(lesson: &Lesson, questions: &[&Question], half: &str, all: usize) {
    let story = course::lessons().into_iter().find(|known| known.package == lesson.package);
    let story = grading::desk::expected(&story.expect("a lesson"), half);
    // In one line, however the terminal breaks it.
    let told = story.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut rest = told.as_str();
    for question in questions {
        let answer = question.right_answer();
        let asked = format!("? {} a) {}", question.prompt, question.answers[0].text);
        for text in [asked, format!("{}) {}: {}", question.right, answer.text, answer.why)] {
            let (_, after) = rest.split_once(&text).unwrap_or_else(|| panic!("{}: no “{text}”", lesson.package));
            rest = after;
        }
    }
    assert_eq!(story.matches("\n   ?  ").count(), all, "{} asks others, too", lesson.package);
}

#[test]
fn the_book_shows_the_questions_as_the_lessons_ask_them() {
    for lesson in LESSONS {
        let mut page = String::new();
        let named = (1..).map(|number| format!("question{number}")).zip(lesson.questions);
        let of_the_wire = (1..).map(|number| format!("wire{number}")).zip(lesson.wire_questions);
        for (name, question) in named.chain(of_the_wire) {
            write!(page, "ANCHOR: {name}\n{}ANCHOR_END: {name}\n\n", fold(question)).expect("a String");
        }
        let name = format!("{}.questions", lesson.package);
        let source = format!("lessons/{}/src/lib.rs", lesson.package);
        assert!(grading::desk::matches_snapshot(&name, &source, page.trim_end()), "{name} is not as the lesson asks");
    }
}

/// A question, and a fold for each of its answers.
fn fold(question: &Question) -> String {
    let mut page = format!("<div class=\"question\">\n\n**{}**\n\n", markdown(question.prompt));
    for (letter, answer) in question.lettered() {
        let verdict = if letter == question.right { "Right" } else { "Not so" };
        let (text, why) = (html(answer.text), markdown(answer.why));
        page += &format!("<details><summary>{letter}) {text}</summary>\n\n{verdict}: {why}\n\n</details>\n");
    }
    page + "</div>\n"
}

fn html(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;")
}

fn markdown(text: &str) -> String {
    html(text).replace('[', "\\[").replace('*', "\\*")
}
