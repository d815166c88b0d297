//! Answers to lesson 6.

answers! {
    lesson06_close (finish)
    right {
        a_clone_that_reads as_a_std_stream byte_by_byte read_to_end
    }
    wrong {
        a_reset_is_an_empty_answer a_timeout_in_place_of_shutdown another_error closes_at_once
        closes_with_a_reset does_not_listen keeps_a_clone keeps_the_answer keeps_the_socket
        listens_first never_says_that_it_is_done puts_pieces_in_front reads_into_no_room
        reads_into_one_buffer reads_once reads_once_with_a_large_buffer reads_three_times
        refuses_who_has_closed returns_the_last_piece returns_whole_buffers shuts_both_halves
        shuts_one_after_the_other shuts_the_reading_half takes_0_for_nothing_yet
        takes_a_reset_for_the_end takes_a_timeout_for_the_end takes_the_end_for_a_reset unwraps
        waits_for_a_full_buffer
    }
}
