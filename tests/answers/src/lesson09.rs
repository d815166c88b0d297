//! Answers to lesson 9.

answers! {
    lesson09_whole_program (serve_client, converse)
    right {
        closes_by_hand converse_by_recvmsg converse_in_a_joined_thread half_closes_after_the_greeting piece_by_piece
        serve_in_a_joined_thread
    }
    wrong {
        always_ipv4 another_error_for_too_much answers_before_it_is_greeted answers_without_a_greeting
        binds_to_the_address_of_the_server comes_to_nobody converse_an_error_is_an_empty_greeting
        converse_keeps_a_clone converse_keeps_a_failed_socket converse_keeps_the_socket converse_knows_one_error
        converse_leaves_a_thread converse_linger_0 converse_own_timeout converse_says_hello converse_sends_once
        converse_text_lossily converse_trims_the_greeting counts_when_all_has_come cut_at_the_limit
        forgets_to_connect greets_with_a_line_break hides_why keeps_the_connection leaves_the_rest_of_the_greeting
        limit_is_too_small listens_before_it_speaks never_answers no_limit one_recv_for_the_answer
        reads_the_greeting_to_the_end receives_into_no_room receives_the_greeting_into_no_room reset_is_the_end
        returns_the_whole_buffer serve_greets_with_64_kib serve_ipv4_only serve_keeps_a_clone
        serve_keeps_who_breaks_off serve_keeps_who_is_refused serve_leaves_a_thread serve_linger_0_at_the_end
        serve_no_delay serve_own_timeout serve_send_error_ignored serve_sends_once serve_text_lossily
        serve_text_only serve_trims_the_answer silence_is_the_end takes_0_for_nothing_yet takes_more_than_it_should
        waits_on_after_the_timeout
    }
}
