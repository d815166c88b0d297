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
        frame_would_block_is_tried_again
    }
}
