//! Answers to lesson 6.

answers! {
    lesson06_close (finish)
    right {
        nonblocking_for_a_while
        a_clone_that_reads a_last_shutdown_that_may_fail a_thread_that_hears as_a_std_stream byte_by_byte lets_recv_tell
        peeks_first polls_without_waiting read_to_end through_a_file_like_copy
    }
    wrong {
        a_dot_is_the_end a_last_shutdown_of_both a_reset_after_words_is_an_end a_reset_is_an_empty_answer
        a_timeout_in_place_of_shutdown an_unknown_error_is_the_end another_error asks_once_more_after_the_timeout
        closes_at_once closes_with_a_reset does_not_listen drops_empty_lines every_error_is_a_reset hears_100_kb
        hears_64_kib ipv4_only keeps_a_clone keeps_all_sockets_in_a_list keeps_the_answer keeps_the_socket
        keeps_the_socket_of_a_reset keeps_the_socket_of_a_silent_peer leaves_a_thread_that_listens linger_0_at_the_end
        listens_first makes_it_nonblocking_at_the_end never_says_that_it_is_done nobody_is_no_error
        puts_pieces_in_front reads_into_no_room reads_into_one_buffer reads_once
        reads_once_with_a_large_buffer reads_three_times refuses_who_has_closed returns_the_last_piece
        returns_whole_buffers says_goodbye sets_no_delay shuts_both_halves shuts_one_after_the_other
        shuts_the_reading_half silence_after_words_is_the_end silence_is_the_end takes_0_for_nothing_yet
        takes_a_reset_for_the_end takes_a_timeout_for_the_end takes_the_end_for_a_reset takes_the_linger_time_away
        takes_the_timeout_away text_only trims_the_answer unwraps waits_for_a_full_buffer
    }
}
