//! Answers to lesson 9.

answers! {
    lesson09_whole_program (serve_client, converse)
    right {
        // X-BEGIN
        x_byte_by_byte x_c_polls x_c_short_waits x_uninit x_half_close_and_wait x_c_bind_connect
        // X-END
        closes_by_hand converse_by_recvmsg converse_in_a_joined_thread half_closes_after_the_greeting piece_by_piece
        serve_in_a_joined_thread
    }
    wrong {
        // X-BEGIN
        x_s_trims x_s_trims_front x_s_nul x_s_last_lf x_s_blank x_s_no_empty_lines x_s_one_line x_s_g_trims x_s_g_trims2 x_s_g_nul x_s_g_line x_s_g_crlf x_s_g_ascii x_s_g_chars x_s_g_bom x_s_g_empty_err x_s_g_empty_lf x_s_g_empty_out x_s_timeout_after_words x_s_reset_after_words x_s_reset_after_line x_s_reset_after_words_other_kind x_s_timeout_renamed x_s_timeout_once_more x_s_others_end x_s_others_end_send x_s_send_reset_ignored x_s_from_start x_s_second_only x_s_linger_none x_s_nodelay_off x_s_keepalive_off x_s_blocking x_s_write_timeout x_s_rcvbuf x_s_hops x_s_own_timeout_back x_s_urgent x_s_chars_limit x_s_limit_with_greeting x_s_thanks x_s_thanks_long x_s_thanks_empty x_s_refusal_told x_s_order x_c_trims x_c_nul x_c_strip_nul_end x_c_line x_c_blank x_c_until_line x_c_second_recv x_c_a_trim x_c_a_nul x_c_a_line x_c_a_crlf x_c_a_empty_lf x_c_a_empty_err x_c_a_empty_no_call x_c_a_bom x_c_g_empty_err x_c_g_empty_silent x_c_send_err_ignored x_c_send_reset_ignored x_c_send_reset_pipe x_c_send_unwrap x_c_from_start x_c_second_only x_c_emfile x_c_emfile_kind x_c_twice x_c_mapped x_c_urgent x_c_keepalive x_c_rst_v6 x_c_keeps_if_reset x_c_keeps_if_empty
        // X-END
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
