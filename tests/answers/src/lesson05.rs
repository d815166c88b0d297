//! Answers to lesson 5.

answers! {
    lesson05_send_recv (send_all, receive_text)
    right {
        as_the_standard_library copied decoded_as_it_comes one_byte_at_a_time through_buffers
    }
    wrong {
        receive_appends_the_whole_buffer receive_bytes_as_characters receive_decodes_each_piece
        receive_decodes_each_piece_and_unwraps receive_decodes_each_piece_lossily receive_decodes_lossily
        receive_drops_pieces receive_error_is_the_end receive_exactly receive_fails_on_silence
        receive_forgets_the_tail receive_interrupted_handed_on receive_into_no_room receive_keeps_the_last_piece
        receive_keeps_the_last_piece_of_a_large_buffer receive_lines_without_breaks
        receive_no_text_is_another_error receive_no_text_is_empty receive_once receive_once_into_a_large_buffer
        receive_one_line receive_over_the_piece_before receive_reset_is_the_end receive_retries_every_error
        receive_short_read_is_the_end receive_trims receive_until_a_mark receive_until_the_buffer_is_full
        receive_whole_buffer receive_zero_is_nothing_yet send_adds_a_line_break send_and_send
        send_cuts_from_the_whole send_drops_the_error send_forgets_the_counts_before send_from_the_start_again
        send_interrupted_handed_on send_interrupted_is_the_end send_interrupted_starts_over
        send_keeps_what_was_taken send_makes_an_error_of_its_own send_never_stops send_nothing_at_all
        send_nothing_is_write_zero send_once send_once_and_flush send_pieces_without_counts
        send_retries_every_error send_skips_a_byte send_text_lossily send_text_only send_text_only_and_unwraps
        send_through_a_buffer_without_flush send_zero_is_another_error send_zero_spins
    }
}
