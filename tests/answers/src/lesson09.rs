//! Answers to lesson 9.

answers! {
    lesson09_whole_program (serve_client, converse)
    right {
        closes_by_hand piece_by_piece
    }
    wrong {
        another_error_for_too_much cut_at_the_limit hides_why keeps_the_connection limit_is_too_small
        listens_before_it_speaks never_answers no_limit one_recv_for_the_answer reads_the_greeting_to_the_end
        reset_is_the_end returns_the_whole_buffer silence_is_the_end takes_more_than_it_should
        waits_on_after_the_timeout
    }
}
