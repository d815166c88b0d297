//! Answers to lesson 10.

answers! {
    lesson10_framing (read_frame, next_line)
    right {
        as_a_machine by_bytes copied read_exact_with_a_counter room_as_it_comes through_buffers through_iterators
        through_take
    }
    wrong {
        frame_16_mib frame_64_kib frame_64_kib_and_cuts frame_a_megabyte frame_as_u16 frame_empty_is_invalid
        frame_empty_is_none frame_empty_is_skipped frame_empty_reads_nothing frame_end_in_the_body_is_a_part
        frame_end_in_the_body_is_none frame_end_in_the_length_is_none frame_end_is_another_error frame_end_is_padded
        frame_ends_at_zero frame_error_by_its_kind frame_error_in_the_body_is_dropped
        frame_error_in_the_body_is_the_end frame_error_in_the_length_is_the_end frame_error_is_another
        frame_error_is_the_end frame_errors_end_the_bytes frame_errors_flattened frame_every_error_is_tried_again
        frame_fails_between_two frame_interrupted_counts_a_byte frame_interrupted_handed_on
        frame_interrupted_in_the_body_handed_on frame_interrupted_in_the_body_is_the_end frame_interrupted_is_the_end
        frame_interrupted_starts_over frame_last_byte frame_last_two_bytes frame_leaves_a_file
        frame_leaves_a_socket_after_an_error frame_leaves_a_thread frame_leaves_a_thread_after_an_error
        frame_length_includes_itself frame_length_is_counted frame_little_endian frame_looks_behind_itself frame_lossy
        frame_most_is_too_much frame_native_endian frame_never_after_an_error frame_no_check frame_reads_the_body_once
        frame_reads_the_body_once_and_cuts frame_reads_the_body_twice frame_reads_the_length_once
        frame_reads_the_rest_of_the_length_once frame_reset_is_the_end frame_room_before_the_check
        frame_short_length_is_an_end frame_signed frame_spins_at_the_end frame_static_buffer frame_text_only
        frame_three_bytes frame_three_interruptions frame_through_a_buffer frame_through_a_small_buffer
        frame_too_long_is_another_error frame_too_long_is_cut frame_too_long_is_none frame_too_long_is_read
        frame_trims frame_two_bytes frame_unexpected_end_is_none frame_until_the_end frame_unwraps
        frame_with_its_length frame_without_zeros_at_its_end frame_would_block_is_the_end
        frame_would_block_is_tried_again line_appends_the_whole_buffer line_bytes_as_characters
        line_checked_with_its_end line_checked_without_its_end line_clears_pending line_cr_and_lf_of_one_piece
        line_cr_is_an_end line_cr_is_counted line_cr_lf_first line_cr_of_each_piece line_decodes_each_piece
        line_decodes_each_piece_lossily line_decodes_pending line_doubled_after_reading line_drops_the_rest
        line_empty_is_none line_empty_is_skipped line_end_inside_is_another_error line_end_inside_is_none
        line_end_inside_pending_is_none line_end_is_a_failure line_end_is_a_line line_end_is_an_empty_line
        line_end_is_counted line_end_stays line_ends_at_zero line_error_between_is_the_end line_error_by_its_kind
        line_error_ends_the_line line_error_is_another line_error_is_the_end line_every_error_is_tried_again
        line_fills_pending line_ignores_pending line_ignores_pending_and_reads_much line_interrupted_handed_on
        line_interrupted_inside_is_the_end line_interrupted_is_the_end line_interrupted_starts_over
        line_interrupted_takes_the_buffer line_joined_again line_keeps_its_end line_keeps_the_cr
        line_kept_up_to_64_kib line_leaves_a_file line_leaves_a_socket_after_an_error line_leaves_a_thread
        line_long_in_characters line_long_pending_is_read_on line_lossy line_most_is_too_much line_never_checked
        line_new_before_old line_newest_first line_no_more_than_the_buffer line_no_text_is_another_error
        line_no_text_is_none line_no_text_panics line_one_read line_one_read_would_block line_pending_is_counted
        line_quadratic line_quadratic_split line_reads_first line_reads_first_and_then_looks line_reads_into_no_room
        line_reads_to_the_end line_reads_until_a_short_read line_received_is_counted line_search_is_not_reset
        line_skips_a_long_one line_spins_at_the_end line_static_and_pending line_static_rest line_static_search
        line_three_interruptions line_through_a_buffer line_too_long_is_another_error line_too_long_is_cut
        line_too_long_is_none line_trims line_trims_its_end line_unexpected_end_is_none line_unwraps
        line_up_to_the_last_end line_without_any_cr line_without_the_last_crs line_without_the_mark line_without_zeros
        line_would_block_is_tried_again
    }
}
