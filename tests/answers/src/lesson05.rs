//! Answers to lesson 5.

answers! {
    lesson05_send_recv (send_all, receive_text)
    right {
        as_the_standard_library by_ranges chunks_through_a_small_buffer copied decoded_as_it_comes
        line_writer_and_fill_buf one_byte_at_a_time receive_in_a_joined_thread send_vectored through_buffers
        with_context write_fmt_and_chars
    }
    wrong {
        receive_16_mib receive_64_kib receive_a_megabyte receive_an_error_by_its_kind
        receive_appends_the_whole_buffer receive_bytes_as_characters receive_connection_errors_are_renamed
        receive_cut_character_hides_the_error receive_decodes_each_piece receive_decodes_each_piece_and_unwraps
        receive_decodes_each_piece_lossily receive_decodes_lossily receive_drops_a_first_zero
        receive_drops_a_last_line_break receive_drops_pieces receive_error_is_the_end receive_exactly
        receive_fails_on_silence receive_forgets_the_tail receive_interrupted_handed_on
        receive_interruptions_in_two_bytes receive_into_no_room receive_keeps_the_last_piece
        receive_keeps_the_last_piece_of_a_large_buffer receive_leaves_a_socket_after_an_error
        receive_leaves_a_thread receive_lines_without_breaks receive_many_interruptions_are_the_end
        receive_no_text_is_another_error receive_no_text_is_empty receive_no_text_later_does_not_count receive_once
        receive_once_into_a_large_buffer receive_one_line receive_over_the_piece_before
        receive_reads_once_more_after_an_error receive_refuses_the_replacement receive_reset_after_a_line_is_the_end
        receive_reset_before_any_byte_is_empty receive_reset_is_the_end receive_retries_every_error
        receive_short_read_is_the_end receive_stops_at_a_dot receive_ten_thousand_reads receive_three_interruptions
        receive_trims receive_unexpected_end_is_the_end receive_unix_lines receive_until_a_mark receive_until_a_zero
        receive_until_the_buffer_is_full receive_utf_16 receive_waits_for_a_nonblocking_stream receive_whole_buffer
        receive_without_the_mark receive_would_block_is_the_end receive_would_block_once_more
        receive_zero_is_nothing_yet send_64_kib send_a_hundred_interruptions send_a_megabyte
        send_a_thousand_interruptions send_adds_a_line_break send_an_error_by_its_kind send_and_send send_c_string
        send_cuts_from_the_whole send_does_not_look_whether_any_is_left send_drops_the_error
        send_error_before_any_byte_is_ok send_error_with_one_byte_left send_errors_after_much_are_nothing
        send_forgets_the_counts_before send_from_the_start_again send_interrupted_handed_on
        send_interrupted_is_the_end send_interrupted_skips_one_byte send_interrupted_starts_over
        send_keeps_what_was_taken send_leaves_a_socket send_leaves_a_thread send_makes_an_error_of_its_own
        send_network_errors_are_broken_pipe send_never_stops send_nothing_at_all send_nothing_is_write_zero
        send_once send_once_and_flush send_pieces_without_counts send_refuses_16_mib send_retries_every_error
        send_second_time_from_the_start send_skips_a_byte send_text_lossily send_text_only
        send_text_only_and_unwraps send_three_interruptions send_through_a_buffer_without_flush
        send_timed_out_is_tried_again send_trims send_waits_for_a_nonblocking_stream send_without_zeros
        send_would_block_is_the_end send_would_block_once_more send_writes_once_more_after_an_error
        send_zero_is_another_error send_zero_is_asked_again send_zero_spins
    }
}
