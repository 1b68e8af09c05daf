"""The real gantryd and its profiles: commissioning, proposals, changes and simulations, over a restart."""
import json
import unittest

import gantryd_box as RIG

MINE = {"base": "news", "text": "Late talk", "settings": [
    {"key": "no-packets.severity", "value": "minor", "why": "Nobody watches at night"},
    {"key": "sound-silent.enabled", "value": False},
    {"key": "limits.silence-level", "value": -50.5, "why": "A noisy line"}]}


class Profiles(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.box = RIG.Box((("one", "News"),))
        cls.addClassCleanup(cls.box.end)
        RIG.wait_for("the channel has no packets", lambda: cls.box.alarm("one"))

    def profile(self, name):
        return next((item for item in self.box.ask("GET", "/api/v1/profiles")["items"]
                     if item["profile"]["id"] == name), None)

    def test_six_profiles_are_shipped_and_stay_as_they_are(self):
        items = self.box.ask("GET", "/api/v1/profiles")["items"]
        shipped = [item["profile"]["id"] for item in items if item["shipped"]]
        self.assertEqual(shipped, ["default", "hd-general", "news", "sport", "radio", "backup-feed"])
        self.assertTrue(all(setting["why"] for item in items if item["shipped"]
                            for setting in item["profile"]["settings"]))
        self.box.ask("PUT", "/api/v1/profiles/news", {"settings": []}, status=400)
        self.box.ask("DELETE", "/api/v1/profiles/news", status=404)

    def test_a_profile_is_made_given_to_a_group_and_survives_a_restart(self):
        self.box.ask("PUT", "/api/v1/profiles/late", MINE)
        self.box.ask("PUT", "/api/v1/group-profiles/News", {"profile": "late"})
        self.assertEqual(self.profile("late")["channels"], 1)
        self.box.ask("DELETE", "/api/v1/profiles/late", status=409)
        self.assertEqual(self.box.stop(), 0)
        self.box.start()
        kept = self.profile("late")
        self.assertEqual([setting["value"] for setting in kept["profile"]["settings"]], ["minor", False, -50.5])
        self.assertEqual(kept["channels"], 1)
        self.box.ask("PUT", "/api/v1/group-profiles/News", {"profile": ""})
        self.box.ask("DELETE", "/api/v1/profiles/late")
        self.assertIsNone(self.profile("late"))

    def test_the_whole_of_a_profile_can_be_read_with_who_says_what(self):
        self.box.ask("PUT", "/api/v1/profiles/late", MINE)
        told = self.box.ask("GET", "/api/v1/profiles/late/rules")
        rules = {rule["fault"]: rule for rule in told["rules"]}
        self.assertEqual(told["chain"], ["late", "news", "default"])
        self.assertEqual((rules["no-packets"]["values"]["severity"], rules["no-packets"]["from"]["severity"]), ("minor", "late"))
        self.assertEqual((rules["picture-black"]["values"]["raise_s"], rules["picture-black"]["from"]["raise_s"]), (3, "news"))
        self.assertNotIn("clear_s", rules["picture-black"]["from"])
        self.assertFalse(rules["sound-silent"]["values"]["enabled"])
        limit = next(one for one in told["limits"] if one["limit"] == "silence-level")
        self.assertEqual((limit["value"], limit["from"], limit["why"]), (-50.5, "late", "A noisy line"))
        self.box.ask("DELETE", "/api/v1/profiles/late")
        self.box.ask("GET", "/api/v1/profiles/gone/rules", status=404)

    def test_a_mistake_names_what_would_do(self):
        for setting, says in (({"key": "picture-blak.raise_s", "value": 1}, "picture-black"),
                              ({"key": "picture-black.raise", "value": 1}, "raise_s"),
                              ({"key": "picture-black.raise_s", "value": -1}, "0 to 86400"),
                              ({"key": "picture-black.severity", "value": "bad"}, "warning, minor"),
                              ({"key": "limits.black-share", "value": 2}, "0.5 to 1")):
            answer = self.box.ask("PUT", "/api/v1/profiles/wrong", {"settings": [setting]}, status=400)
            self.assertIn(says, json.dumps(answer))
        self.box.ask("PUT", "/api/v1/profiles/wrong", {"base": "gone", "settings": []}, status=400)
        self.assertIsNone(self.profile("wrong"))

    def test_a_new_channel_is_learned_and_tells_what_takes_it_off_the_air(self):
        self.assertNotEqual(self.box.alarm("one")["quiet"], "commissioning")
        told = self.box.ask("GET", "/api/v1/channels/one/proposal")
        self.assertEqual((told["state"], told["profile"]["id"]), ("learning", "learned-one"))
        self.box.ask("POST", "/api/v1/channels/one/proposal/accept", {}, status=409)
        self.box.ask("GET", "/api/v1/channels/gone/proposal", status=404)

    def test_a_profile_is_tried_on_what_was_seen(self):
        def ask():
            return self.box.ask("POST", "/api/v1/profiles/default/simulate", {"channel": "one"})
        told = RIG.wait_for("evidence", lambda: (lambda answer: answer["alarms"] > 0 and answer)(ask()))
        self.assertEqual((told["alarms"], told["by_severity"]["critical"], told["channels"]), (1, 1, 1))
        self.assertEqual(told["items"][0]["faults"][0]["fault"], "no-packets")
        draft = {"settings": [{"key": "no-packets.enabled", "value": False}]}
        tried = self.box.ask("POST", "/api/v1/profiles/draft/simulate", {"channel": "one", "profile": draft})
        self.assertEqual((tried["alarms"], tried["present_alarms"]), (0, 1))
        self.assertIsNone(self.profile("draft"))
        RIG.wait_for("the box's own channel is measured", lambda: any((self.box.state / "run/workers").glob("gantry-self-probe.pid")))
        every = self.box.ask("POST", "/api/v1/profiles/default/simulate", {})
        self.assertEqual(every["channels"], 1, "the box's own channel is broken on purpose and is nobody's evidence")
        group = self.box.ask("POST", "/api/v1/profiles/default/simulate", {"group": "News"})
        self.assertEqual([item["channel"] for item in group["items"]], ["one"])
        self.assertEqual(self.box.ask("POST", "/api/v1/profiles/default/simulate", {"group": "Sport"})["channels"], 0)

    def test_gantryctl_shows_and_tries_profiles(self):
        self.assertIn("news", self.box.ctl("profile", "list").stdout)
        self.assertIn("picture-black.raise_s\t3", self.box.ctl("profile", "show", "news").stdout)
        self.assertIn("would have raised", self.box.ctl("profile", "simulate", "news").stdout)
        self.assertIn("one: learning", self.box.ctl("channel", "proposal", "one").stdout)
        self.assertEqual(self.box.ctl("channel", "accept", "one").returncode, 6)


if __name__ == "__main__":
    unittest.main()
