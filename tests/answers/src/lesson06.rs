//! Answers to lesson 6.

answers! {
    lesson06_close (finish)
    right {
        // X-BEGIN
        x_lets_recv_tell x_peeks_first x_vectored x_context x_chan
        // X-END
        a_clone_that_reads a_last_shutdown_that_may_fail a_thread_that_hears as_a_std_stream byte_by_byte
        read_to_end through_a_file_like_copy
    }
    wrong {
        // X-BEGIN
        x_trims_the_end x_trims_the_front x_cuts_at_nul x_strips_nul x_one_line x_lf x_no_empty_lines x_lossy x_bom x_blank x_last_lf x_ascii_only x_linger_none x_no_delay_off x_keepalive_off x_makes_it_block x_write_timeout_none x_ttl x_oob_inline_off x_rcvbuf x_sndbuf x_hops x_tclass x_thin x_own_timeout_taken_back x_nonblocking_taken_back x_silence_after_words x_reset_after_line x_reset_after_few x_timeout_once_more x_timeout_renamed x_unknown_errors_are_the_end x_drops_repeats x_urgent x_cap_1mib x_stops_at_dot x_crlf_cut x_reset_nothing_heard_notconnected x_ends_at_ctrl_d x_prompt_empty x_leaves_child_file x_clone_kept_when_v6 x_leaks_fd_other_error
        // X-END
        a_last_shutdown_of_both a_reset_after_words_is_an_end a_reset_is_an_empty_answer
        a_timeout_in_place_of_shutdown another_error closes_at_once closes_with_a_reset does_not_listen
        every_error_is_a_reset hears_100_kb hears_64_kib ipv4_only keeps_a_clone keeps_all_sockets_in_a_list
        keeps_the_answer keeps_the_socket keeps_the_socket_of_a_reset keeps_the_socket_of_a_silent_peer
        leaves_a_thread_that_listens linger_0_at_the_end listens_first makes_it_nonblocking_at_the_end
        never_says_that_it_is_done nobody_is_no_error puts_pieces_in_front reads_into_no_room reads_into_one_buffer
        reads_once reads_once_with_a_large_buffer reads_three_times refuses_who_has_closed returns_the_last_piece
        returns_whole_buffers says_goodbye sets_no_delay shuts_both_halves shuts_one_after_the_other
        shuts_the_reading_half silence_is_the_end takes_0_for_nothing_yet takes_a_reset_for_the_end
        takes_a_timeout_for_the_end takes_the_end_for_a_reset takes_the_timeout_away text_only unwraps
        waits_for_a_full_buffer
    }
}
