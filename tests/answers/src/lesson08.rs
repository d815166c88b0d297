//! Answers to lesson 8.

answers! {
    lesson08_disconnect (echo_until_gone)
    right {
        buffered_reader_and_flushed_writer byte_by_byte guards_around_one_buffer in_a_joined_thread
        large_buffer_and_own_write_loop on_a_clone peeks_first polls_without_waiting two_threads vectored
    }
    wrong {
        an_unknown_error_is_reset begins_again_after_a_part breaks_off_after_64_kib counts_before_it_sends
        counts_in_16_bits counts_nothing counts_recvs counts_the_last_piece_only counts_whole_buffers echoes_half
        echoes_in_capitals echoes_nothing echoes_text_only echoes_the_whole_buffer echoes_trimmed
        echoes_what_it_was_told_before_too every_error_asks_again every_error_is_closed every_error_is_handed_on
        every_error_is_reset every_other_error_is_closed every_other_error_is_reset hangs_up_first
        interruption_handed_on interruption_is_silence ipv4_only keeps_a_clone keeps_a_clone_of_the_silent
        leaves_a_thread leaves_it_nonblocking leaves_it_to_io_copy linger_0_after_a_reset makes_it_blocking nonblocking
        other_error_becomes_another own_timeout own_write_timeout_for_a_while quit_ends_it reads_into_no_room
        reads_to_the_end_first reset_handed_on reset_is_closed reset_is_silent reset_loses_the_count
        returns_after_the_first_piece says_that_it_noticed send_error_handed_on send_error_ignored send_error_is_closed
        sends_at_once sends_once sends_twice_at_most short_recv_is_the_end shuts_the_receiving_half_of_the_silent
        shuts_the_sending_half_at_the_end shuts_the_stream_of_the_silent switches_keepalive_off
        takes_the_write_timeout_away timeout_asks_again timeout_handed_on timeout_is_closed timeout_is_reset
        timeout_known_by_one_name timeout_loses_the_count timeout_switched_off two_interruptions unwraps_recv
        waits_for_full_buffers waits_for_lines who_never_spoke_has_closed writes_into_a_buffer_and_forgets_to_flush
        zero_is_an_error zero_is_reset zero_is_silent zero_means_nothing_yet zero_not_noticed zero_sleeps_and_asks_again
    }
}
