//! A prediction: asked before a step shows it, and answered by the step.

/// What the reader is asked, with a sentence for each answer that they can give.
#[derive(Debug)]
pub struct Question {
    /// What is asked.
    pub prompt: &'static str,
    /// Two to four answers to choose from. A letter stands for each: a, b, c, d.
    pub answers: &'static [Answer],
    /// The letter of the right one.
    pub right: char,
}

/// One answer to a [`Question`].
#[derive(Debug)]
pub struct Answer {
    /// The answer, in a few words.
    pub text: &'static str,
    /// Why it is right, or why it is not: goes on after a colon, so it begins with a small letter.
    pub why: &'static str,
}

impl Question {
    /// The answers, each with its letter.
    pub fn lettered(&self) -> impl Iterator<Item = (char, &'static Answer)> {
        ('a'..).zip(self.answers)
    }

    /// The right answer.
    ///
    /// # Panics
    /// When `right` is the letter of none: a mistake in the lesson, which a test finds.
    pub fn right_answer(&self) -> &'static Answer {
        self.find(&self.right.to_string()).expect("`right` is one of the letters").1
    }

    /// The answer that a reader typed: its letter, or its words.
    ///
    /// ```
    /// use narrator::{Answer, Question};
    /// const SKY: Question = Question {
    ///     prompt: "Which colour is the sky?",
    ///     answers: &[Answer { text: "blue", why: "look up." }, Answer { text: "green", why: "that is the grass." }],
    ///     right: 'a',
    /// };
    /// assert_eq!(SKY.find(" B) ").unwrap().1.text, "green");
    /// assert_eq!(SKY.find("Blue").unwrap().0, 'a');
    /// assert!(SKY.find("c").is_none());
    /// ```
    pub fn find(&self, typed: &str) -> Option<(char, &'static Answer)> {
        let typed = typed.trim().trim_end_matches([')', '.']).to_lowercase();
        self.lettered().find(|(letter, answer)| typed == letter.to_string() || typed == answer.text.to_lowercase())
    }
}
