//! Answers to lesson 8.

answers! {
    lesson08_disconnect (echo_until_gone)
    right {
        // X-BEGIN
        x_peeks x_polls x_sendmsg x_prints
        // X-END
        buffered_reader_and_flushed_writer byte_by_byte guards_around_one_buffer in_a_joined_thread
        large_buffer_and_own_write_loop on_a_clone
    }
    wrong {
        // X-BEGIN
        x_trims x_trims_end x_nul x_strip_nul x_lossy x_crlf x_blank x_bom x_quit x_eot x_empty_line_ends x_first_line x_from_start x_second_only x_second_only_large x_third_only x_restart_on_eintr x_linger_none x_no_delay_off x_blocking x_user_timeout x_read_timeout_rounded x_oob_inline x_rcvbuf x_sndbuf x_hops x_own_timeout_back x_write_timeout_back x_timeout_once_more x_others_reset x_others_panic x_others_closed_silent x_urgent x_reset_no_words_closed x_silent_no_words_closed x_reset_after_line_closed x_cap_1mib x_iac x_deferred
        // X-END
        breaks_off_after_64_kib counts_before_it_sends counts_in_16_bits counts_nothing counts_recvs
        counts_the_last_piece_only counts_whole_buffers echoes_half echoes_in_capitals echoes_nothing
        echoes_text_only echoes_the_whole_buffer echoes_what_it_was_told_before_too every_error_asks_again
        every_error_is_closed every_error_is_handed_on every_error_is_reset every_other_error_is_closed
        every_other_error_is_reset hangs_up_first interruption_handed_on interruption_is_silence ipv4_only
        keeps_a_clone keeps_a_clone_of_the_silent leaves_a_thread leaves_it_nonblocking leaves_it_to_io_copy
        linger_0_after_a_reset nonblocking other_error_becomes_another own_timeout reads_into_no_room
        reads_to_the_end_first reset_handed_on reset_is_closed reset_is_silent reset_loses_the_count
        returns_after_the_first_piece says_that_it_noticed send_error_handed_on send_error_ignored
        send_error_is_closed sends_at_once sends_once short_recv_is_the_end shuts_the_receiving_half_of_the_silent
        shuts_the_sending_half_at_the_end shuts_the_stream_of_the_silent switches_keepalive_off
        takes_the_write_timeout_away timeout_asks_again timeout_handed_on timeout_is_closed timeout_is_reset
        timeout_known_by_one_name timeout_loses_the_count timeout_switched_off two_interruptions unwraps_recv
        waits_for_full_buffers waits_for_lines writes_into_a_buffer_and_forgets_to_flush zero_is_an_error
        zero_is_reset zero_is_silent zero_means_nothing_yet zero_not_noticed zero_sleeps_and_asks_again
    }
}
