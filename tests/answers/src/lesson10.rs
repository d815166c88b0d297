//! Answers to lesson 10.

answers! {
    lesson10_framing (read_frame, next_line)
    right {
        as_a_machine by_bytes copied read_exact_with_a_counter room_as_it_comes through_buffers through_iterators
        through_take
    }
    wrong {
        frame_little_endian frame_reads_the_length_once
    }
}
