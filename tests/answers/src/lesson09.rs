//! Answers to lesson 9.

answers! {
    lesson09_whole_program (serve_client, converse)
    right {
        closes_by_hand half_closes_after_the_greeting piece_by_piece
    }
    wrong {
        always_ipv4 another_error_for_too_much answers_before_it_is_greeted answers_without_a_greeting
        binds_to_the_address_of_the_server comes_to_nobody counts_when_all_has_come cut_at_the_limit
        forgets_to_connect greets_with_a_line_break hides_why keeps_the_connection
        leaves_the_rest_of_the_greeting limit_is_too_small listens_before_it_speaks never_answers no_limit
        one_recv_for_the_answer reads_the_greeting_to_the_end receives_into_no_room
        receives_the_greeting_into_no_room reset_is_the_end returns_the_whole_buffer silence_is_the_end
        takes_0_for_nothing_yet takes_more_than_it_should waits_on_after_the_timeout
    }
}
