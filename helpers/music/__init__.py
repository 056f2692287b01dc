"""Music in numbers: notes and their values, measures of a solo, sound, and MIDI files."""
