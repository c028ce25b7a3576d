"""The register of the invented county has slips for its checks to find, and stays the register of the same people."""

from fangpin.demo import county, slips


def test_every_slip_is_planted_in_households_of_its_own(small):
    frame = small.people.copy()
    planted = slips.plant(frame, frozenset())
    assert {slip.code for slip in slips.SLIPS} == set(planted)
    homes = [number for numbers in planted.values() for number in numbers]
    assert len(set(homes)) == len(homes)
    assert all(2 <= len(numbers) <= 2 * slips.EACH for numbers in planted.values())


def test_a_slip_of_the_household_stands_in_all_its_rows(small):
    frame = small.people.copy()
    number = slips.plant(frame, frozenset())["E05"][0]
    assert set(frame.loc[frame["户编号"] == number, "危房户"]) == {"是"}


def test_stories_are_spared(small):
    told = {story.household for story in small.stories.values()}
    frame = small.people.copy()
    planted = slips.plant(frame, frozenset(told))
    assert told.isdisjoint(number for numbers in planted.values() for number in numbers)


def test_the_same_county_has_the_same_slips(divisions):
    one, other = (county.make(persons=1_000, seed=3, divisions=divisions).people for _ in range(2))
    assert one.equals(other)
