//! Answers to lesson 9.

answers! {
    lesson09_whole_program (serve_client, converse)
    right {
        byte_by_byte closes_by_hand converse_by_recvmsg converse_in_a_joined_thread half_closes_after_the_greeting
        in_threads_and_prints peeks_and_copies piece_by_piece polls_its_own_socket serve_in_a_joined_thread
    }
    wrong {
        always_ipv4 another_error_for_too_much answers_before_it_is_greeted answers_without_a_greeting
        binds_to_the_address_of_the_server comes_to_nobody converse_an_error_is_an_empty_greeting
        converse_answers_one_line converse_keepalive converse_keeps_a_clone converse_keeps_a_failed_socket
        converse_keeps_the_socket converse_knows_one_error converse_leaves_a_thread converse_linger_0
        converse_looks_for_more converse_no_greeting_no_answer converse_own_timeout converse_says_hello
        converse_send_error_ignored converse_sends_once converse_text_lossily converse_trims_the_greeting
        converse_unwraps_the_socket counts_when_all_has_come cut_at_the_limit forgets_to_connect
        greets_with_a_line_break hides_why keeps_the_connection leaves_the_rest_of_the_greeting limit_is_too_small
        listens_before_it_speaks never_answers no_limit one_recv_for_the_answer reads_the_greeting_to_the_end
        receives_into_no_room receives_the_greeting_into_no_room reset_is_the_end returns_the_whole_buffer
        serve_cuts_the_greeting_at_0 serve_cuts_the_last_line_end serve_greets_with_64_kib serve_ipv4_only
        serve_keeps_a_clone serve_keeps_who_breaks_off serve_keeps_who_is_refused serve_leaves_a_thread
        serve_limit_in_characters serve_linger_0_at_the_end serve_no_delay serve_own_timeout
        serve_reset_after_words_is_the_end serve_reset_in_send_ignored serve_says_why serve_send_error_ignored
        serve_sends_on_after_the_timeout serve_sends_once serve_sends_twice_at_most serve_text_lossily serve_text_only
        serve_trims_the_answer serve_wants_a_greeting silence_is_the_end takes_0_for_nothing_yet
        takes_more_than_it_should waits_on_after_the_timeout
    }
}
