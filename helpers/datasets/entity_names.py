"""Names of which annotated sentences are made: those to learn from, to tune on and to be tested on share none.

Within a part many words stand in several lists on purpose: Paris is a city and a first name, Lincoln a city and a
surname, Rose a first name and a flower. Companies and titles are made up, save a few whose name is a common word too.
"""


def _listed(text: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in text.replace("\n", " ").split(","))


FIRST = {
    "train": _listed("""Anna, Ben, Clara, David, Elena, Felix, Greta, Henry, Ines, Jonas, Karin, Leo, Maria, Noah,
        Olga, Peter, Ruth, Simon, Tara, Victor, Wanda, Yusuf, Zoe, Amir, Beatrice, Carlos, Dora, Emil, Fatima, George,
        Hanna, Ivan, Julia, Kofi, Lena, Marcus, Nadia, Oscar, Petra, Ramon, Sofia, Theo, Ursula, Walter, Xenia, Aisha,
        Boris, Celine, Dmitri, Esther, Frank, Gloria, Hassan, Ida, Jamal, Kirsten, Luis, Mei, Nils, Priya, Robert,
        Stella, Tomas, Vera, William, Yuki, Adam, Bruno, Chen, Diana, Edgar, Flora, Gustav, Helen, Igor, Joan, Kenji,
        Laura, Mina, Otto, Pablo, Rita, Samir, Tessa, Viktor, Paris, Florence, Jordan, Austin, Brooklyn, Virginia,
        Rose, Will, May, Mark, Hope, Summer, Bill, Pat, Jack, Lily"""),
    "dev": _listed("""Alice, Bernard, Cora, Daniel, Erik, Frida, Gabriel, Hilda, Isaac, Jasmin, Kurt, Lydia, Milo,
        Nora, Oliver, Paula, Rafael, Sara, Tim, Valentina, Charlotte, Savannah, April, Ivy, Rich, Dawn, Israel"""),
    "test": _listed("""Agnes, Basil, Camille, Dominik, Eva, Farid, Giulia, Hugo, Irene, Jakob, Katya, Lars, Miriam,
        Nico, Odette, Pavel, Quentin, Rosa, Stefan, Thea, Ulrich, Vincent, Winona, Yara, Zachary, Ada, Benedikt,
        Chiara, Dylan, Emre, Freya, Goran, Helga, Imran, Jun, Klara, Linus, Marta, Nelly, Oleg, Pilar, Rashid,
        Sylvia, Tariq, Vilma, Chelsea, Sydney, Victoria, Madison, Georgia, Grace, Joy, Drew, June, Iris, Art"""),
}
LAST = {
    "train": _listed("""Adams, Bauer, Costa, Dubois, Evans, Fischer, Garcia, Hansen, Ivanov, Jensen, Kowalski, Lopez,
        Murphy, Novak, Olsen, Petrov, Quinn, Rossi, Schmidt, Tanaka, Ueda, Virtanen, Weber, Yamada, Zimmer, Andersson,
        Becker, Clarke, Delgado, Eriksson, Fontaine, Gupta, Hoffmann, Ibrahim, Johnson, Keller, Lindberg, Moreau,
        Nguyen, Okafor, Pereira, Richter, Silva, Torres, Vogel, Walsh, Zhang, Brennan, Castro, Dvorak, Fraser,
        Gonzalez, Haddad, Kim, Larsen, Mancini, Nakamura, Osei, Popov, Ramirez, Santos, Tran, Wagner, Ziegler,
        Wilson, Thomson, Harrison, Edwards, London, Houston, Dallas, Wellington, Kent, York, Baker, Cook, Hunter,
        Young, Price, Stone, Fields, Brown, White, Banks, Day, Winter"""),
    "dev": _listed("""Abbott, Bergman, Conti, Doyle, Engel, Ferrari, Grant, Huber, Jansen, Klein, Laurent, Meyer,
        Nilsson, Ortega, Park, Romano, Sato, Turner, Hamilton, Boston, Carpenter, Long, Green, Frost"""),
    "test": _listed("""Alvarez, Bianchi, Carlson, Dietrich, Esposito, Farkas, Gruber, Holm, Ito, Johansson, Kaya,
        Lehmann, Mendoza, Navarro, Oliveira, Pavlov, Reyes, Sanders, Takahashi, Umar, Vasquez, Wolff, Yilmaz, Zapata,
        Aaltonen, Bertrand, Christensen, Duarte, Fitzgerald, Greco, Horvat, Jovanovic, Krause, Lambert, Moretti,
        Nowak, Peeters, Roux, Suzuki, Vargas, Lincoln, Washington, Chester, Nelson, Darwin, Lancaster, Mason, Fisher,
        Little, Rich, Marsh, Wood, King, Black"""),
}
PLACES = {
    "train": _listed("""Paris, London, Florence, Jordan, Austin, Brooklyn, Virginia, Houston, Dallas, Wellington,
        Kent, York, Oslo, Madrid, Lagos, Hamburg, Lyon, Turin, Porto, Krakow, Zurich, Vienna, Prague, Dublin, Naples,
        Nairobi, Cairo, Kyoto, Osaka, Seoul, Lima, Quito, Bogota, Havana, Toronto, Denver, Detroit, Atlanta, Boise,
        Norway, Spain, Poland, Italy, Kenya, Japan, Peru, Canada, Greece, Turkey, Chile, India, Ghana, Portugal,
        New York, New Orleans, San Diego, Los Angeles, Cape Town, Buenos Aires, Costa Rica, Lake Garda, Mount Etna,
        North Wales, South Korea, Amazon, Danube, Rhine, Bristol, Leeds, Glasgow, Cardiff, Bremen, Leipzig, Seville,
        Malaga, Nantes, Geneva, Bergen, Gdansk, Ankara, Tunis, Mumbai, Delhi, Manila, Perth, Tampa, Tucson, Salem"""),
    "dev": _listed("""Charlotte, Savannah, Hamilton, Boston, Israel, Rome, Antwerp, Bilbao, Cologne, Tallinn, Accra,
        Santiago, Ottawa, Phoenix, Morocco, Finland, New Delhi, San Jose, Lake Como, Hull, Orange"""),
    "test": _listed("""Lincoln, Washington, Chester, Chelsea, Sydney, Victoria, Madison, Georgia, Nelson, Darwin,
        Lancaster, Stockholm, Lisbon, Munich, Marseille, Palermo, Bologna, Valencia, Utrecht, Ghent, Riga, Vilnius,
        Belgrade, Zagreb, Sofia, Bucharest, Athens, Izmir, Beirut, Kampala, Dakar, Hanoi, Bangkok, Jakarta, Brisbane,
        Montreal, Chicago, Seattle, Memphis, Reno, Sweden, Brazil, Mexico, Vietnam, Senegal, Croatia, Iceland,
        New Zealand, New Haven, San Marino, San Sebastian, Los Alamos, Lake Tahoe, Mount Fuji, South Africa,
        North Carolina, Reading, Nice, Bath, Mobile, Cork"""),
}
BRANDS = {
    "train": _listed("""Amazon, Apple, Shell, Gap, Norvane, Kelpro, Tandwell, Veltrix, Oberon, Quantica, Solvara,
        Brightline, Harrow, Medisyn, Arkona, Zentiva, Lumeo, Polaris, Ferrox, Bluestone, Cintra, Dynacor, Evonta,
        Graviton, Helix, Intraco, Jovani, Kestrel, Lorimar, Maxtor, Nexom, Optima, Primus, Radiant, Stellar, Triton,
        Unitas, Vertex, Wavelet, Xylon, Yonder, Zephyr, Albion, Corvus, Delphi, Ember, Falcon, Magnet, Pioneer"""),
    "dev": _listed("Orange, Sprint, Caldera, Fenwick, Glasnost, Hydra, Isotec, Kinetix, Mirano, Novatel, Orbis, Ivy"),
    "test": _listed("""Visa, Target, Iris, Subway, Cork, Adventa, Bracken, Calyx, Dorado, Elmira, Fortuna, Gamma,
        Halcyon, Ionis, Juno, Kappa, Lattice, Merlin, Nimbus, Octavia, Pinnacle, Quarry, Rubicon, Sabre, Tempest,
        Ultra, Vantage, Westwind, Zenith, Marsh, Tidewater"""),
}
SUFFIXES = ("Bank", "Airlines", "Group", "Foods", "Media", "Motors", "Records", "Press", "Energy", "Systems", "Ltd")
INSTITUTIONS = ("University", "Hospital", "Museum", "College", "Institute", "Orchestra", "Theatre", "United", "Council")

ADJECTIVES = {
    "train": _listed("Silent, Golden, Last, Broken, Hidden, Long, Red, Cold, Empty, Second, Secret, White, Distant"),
    "dev": _listed("Quiet, Silver, First, Burning, Lonely, Narrow"),
    "test": _listed("Lost, Crimson, Wild, Third, Frozen, Invisible, Ancient, Gentle, Blue, Final"),
}
NOUNS = {
    "train": _listed("""Harbour, Garden, Winter, River, Bridge, Letter, Mirror, Island, Road, Clock, Forest, Summer,
        Window, Stranger, House, Train, Night, Sea, Tower, Dream"""),
    "dev": _listed("Lantern, Valley, Station, Orchard, Witness, Snow, Ladder"),
    "test": _listed("""Meadow, Spring, Voyage, Castle, Promise, Shadow, Ocean, Painter, Desert, Storm, Library, Key,
        Wolf, Market, Autumn"""),
}
TITLES = {  # a book, a film or a song of one word: a name of something else as well, or an ordinary word
    "train": _listed("Emma, Dora, Vertigo, Casablanca, Dubliners, Paris, Virginia, Hope, Yesterday, Help, Misery"),
    "dev": _listed("Carrie, Rome, Philadelphia, Alien, Frozen"),
    "test": _listed("Rebecca, Chicago, Georgia, Persuasion, Memory, Imagine, Victoria, Iris, Nashville, Heat"),
}
MONTHS = _listed("January, February, March, April, May, June, July, August, September, October, November, December")
WEEKDAYS = _listed("Monday, Tuesday, Wednesday, Thursday, Friday, Saturday, Sunday")
