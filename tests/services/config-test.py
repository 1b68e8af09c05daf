"""The real gantryd and its inventory as people change it: channels and walls, one generation a change."""
import json
import unittest

import gantryd_box as RIG


def address():
    return f"udp://127.0.0.1:{RIG.free_port()}"


class Config(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.box = RIG.Box((("one", "News"), ("two", "Sport")), extra="allow_loopback=true\n")
        cls.addClassCleanup(cls.box.end)

    def tagged(self, path):
        got, headers, body = self.box.raw("GET", path)
        self.assertEqual(got, 200, body)
        return json.loads(body), headers["etag"]

    def make(self, channel_id, **more):
        return self.box.ask("POST", "/api/v1/channels", {"id": channel_id, "address": address(), **more}, status=201)

    def pointers(self, method, path, body, **more):
        problem = self.box.ask(method, path, body, status=422, **more)
        return [error["pointer"] for error in problem["errors"]]


class Channels(Config):
    def test_a_channel_is_made_changed_and_removed_under_its_etag(self):
        made = self.make("three", name="Three", group="News", short_name="THREE")
        self.assertEqual((made["short_name"], made["commissioned"], made["managed_by"]), ("THREE", False, None))
        _, tag = self.tagged("/api/v1/channels/three/settings")
        changed = self.box.ask("PATCH", "/api/v1/channels/three", {"name": "Drei"}, headers={"If-Match": tag})
        self.assertEqual((changed["name"], changed["group"], changed["address"]), ("Drei", "News", made["address"]))
        self.box.ask("PATCH", "/api/v1/channels/three", {"name": "Trois"}, status=412, headers={"If-Match": tag})
        self.box.ask("PATCH", "/api/v1/channels/three", {"name": "Trois"}, status=428, headers={"If-Match": None})
        self.box.ask("DELETE", "/api/v1/channels/three", status=412, headers={"If-Match": tag})
        _, tag = self.tagged("/api/v1/channels/three/settings")
        self.box.ask("DELETE", "/api/v1/channels/three", headers={"If-Match": tag})
        self.box.ask("GET", "/api/v1/channels/three/settings", status=404)

    def test_a_put_says_all_of_a_channel_and_makes_it(self):
        where = address()
        self.box.ask("PUT", "/api/v1/channels/whole", {"address": where, "name": "Whole", "group": "Sport"})
        told = self.box.ask("PUT", "/api/v1/channels/whole", {"address": where})
        self.assertEqual((told["name"], told["group"]), ("whole", ""))
        self.box.ask("PUT", "/api/v1/channels/whole", {"address": where}, status=428, headers={"If-Match": None})
        self.box.ask("DELETE", "/api/v1/channels/whole")

    def test_a_mistake_is_pointed_at(self):
        for body, pointer in (({"address": "file:///etc/passwd"}, "/address"), ({"address": "udp://host:1"}, "/address"),
                              ({"address": "udp://127.0.0.1:99999"}, "/address"), ({}, "/address"),
                              ({"address": address(), "short_name": "far too long"}, "/short_name"),
                              ({"address": address(), "service_id": 70000}, "/service_id"),
                              ({"address": address(), "service_id": "1"}, "/service_id"),
                              ({"address": address(), "profile": "gone"}, "/profile"),
                              ({"address": address(), "position": 0}, "/position"),
                              ({"address": address(), "commissioned": "yes"}, "/commissioned"),
                              ({"address": address(), "interface": "not a name"}, "/interface"),
                              ({"address": address(), "nmae": "x"}, "")):
            self.assertEqual(self.pointers("PUT", "/api/v1/channels/wrong", body), [pointer], body)
        self.box.ask("GET", "/api/v1/channels/wrong/settings", status=404)

    def test_an_id_that_could_become_a_path_is_refused(self):
        self.assertEqual(self.pointers("POST", "/api/v1/channels", {"id": "../x", "address": address()}), ["/id"])

    def test_two_channels_may_not_receive_the_same(self):
        first = self.make("first")
        self.assertEqual(self.pointers("PUT", "/api/v1/channels/second", {"address": first["address"]}), ["/address"])
        self.box.ask("POST", "/api/v1/channels", {"id": "first", "address": address()}, status=409)
        self.box.ask("DELETE", "/api/v1/channels/first")

    def test_a_channel_of_the_list_is_locked_with_the_name_of_its_file(self):
        settings, tag = self.tagged("/api/v1/channels/one/settings")
        self.assertEqual(settings["managed_by"], f"{self.box.folder}/channels.csv")
        problem = self.box.ask("PATCH", "/api/v1/channels/one", {"name": "x"}, status=409, headers={"If-Match": tag})
        self.assertIn("channels.csv", problem["detail"])
        self.box.ask("DELETE", "/api/v1/channels/one", status=409, headers={"If-Match": tag})

    def test_a_dry_run_tells_and_changes_nothing(self):
        told = self.box.ask("POST", "/api/v1/channels?dry_run=true", {"id": "maybe", "address": address()})
        self.assertEqual([(item["collection"], item["id"], item["change"]) for item in told["changes"]],
                         [("channels", "maybe", "added")])
        self.box.ask("GET", "/api/v1/channels/maybe/settings", status=404)

    def test_the_order_is_the_sites(self):
        self.make("last")
        self.make("early", position=1)
        ids = [item["id"] for item in self.box.ask("GET", "/api/v1/channel-settings")["items"]]
        self.assertEqual((ids[0], ids[-1]), ("early", "last"))
        self.box.ask("PATCH", "/api/v1/channels/last", {"position": 2})
        ids = [item["id"] for item in self.box.ask("GET", "/api/v1/channel-settings")["items"]]
        self.assertEqual(ids[:2], ["early", "last"])
        for name in ("early", "last"):
            self.box.ask("DELETE", f"/api/v1/channels/{name}")

    def worker(self, channel):
        got, _, body = self.box.raw("GET", f"/api/v1/channels/{channel}")
        worker = json.loads(body)["worker"] if got == 200 else {"pid": 0, "restarts": 0}
        return worker["pid"], worker["restarts"]

    def test_a_change_touches_only_its_own_worker(self):
        self.make("mine")
        RIG.wait_for("all workers run", lambda: all(self.worker(name)[0] for name in ("one", "two", "mine")))
        before = {name: self.worker(name) for name in ("one", "two")}
        self.box.ask("PATCH", "/api/v1/channels/mine", {"address": address()})
        self.box.ask("PATCH", "/api/v1/channels/mine", {"name": "Mine", "group": "News", "profile": "news"})
        self.make("more")
        RIG.wait_for("the new one runs", lambda: self.worker("more")[0])
        self.box.ask("DELETE", "/api/v1/channels/mine")
        self.box.ask("DELETE", "/api/v1/channels/more")
        self.assertEqual({name: self.worker(name) for name in ("one", "two")}, before)

    def state(self, channel):
        return self.box.ask("GET", f"/api/v1/channels/{channel}")["state"]

    def alarms(self, channel):
        return self.box.ask("GET", f"/api/v1/alarms?state=open&channel={channel}")["items"]

    def test_a_channel_that_is_switched_off_has_no_worker_no_alarm_and_no_figure_until_it_is_on_again(self):
        self.make("off", commissioned=True)
        RIG.wait_for("its alarm", lambda: self.alarms("off"))
        pid, _ = self.worker("off")
        others = self.worker("one")
        self.box.ask("PATCH", "/api/v1/channels/off", {"enabled": False})
        RIG.wait_for("it is off", lambda: self.state("off") == "disabled")
        RIG.wait_for("its alarm is gone", lambda: not self.alarms("off"))
        RIG.wait_for("its worker is gone", lambda: not RIG.pathlib.Path(f"/proc/{pid}").exists())
        told = self.box.ask("GET", "/api/v1/channels/off")
        self.assertEqual((told["measured_at"], told["thumbnail"], told["worker"]["pid"]), (None, None, 0))
        self.assertEqual(self.worker("one"), others)
        self.assertEqual(self.box.stop(), 0)
        self.box.start()
        RIG.time.sleep(5)
        self.assertEqual((self.state("off"), self.alarms("off"), self.worker("off")[0]), ("disabled", [], 0), "also after a restart")
        self.box.ask("PATCH", "/api/v1/channels/off", {"enabled": True})
        seen = []

        def is_measured():
            told = self.box.ask("GET", "/api/v1/channels/off")
            seen.append(told["state"] if told["measured_at"] is None else "measured")
            return told["measured_at"]

        RIG.wait_for("it is measured", is_measured)
        self.assertLessEqual(set(seen), {"disabled", "starting", "unknown", "measured"}, "nothing is claimed before it is measured")
        RIG.wait_for("its alarm", lambda: self.alarms("off"))
        self.box.ask("DELETE", "/api/v1/channels/off")

    def test_what_people_added_survives_a_restart_beside_the_list(self):
        made = self.make("kept", name="Kept")
        self.assertEqual(self.box.stop(), 0)
        self.box.start()
        settings, _ = self.tagged("/api/v1/channels/kept/settings")
        self.assertEqual(settings, made)
        self.assertIsNotNone(self.tagged("/api/v1/channels/one/settings")[0]["managed_by"])
        self.box.ask("DELETE", "/api/v1/channels/kept")

    def test_every_change_is_in_the_audit_with_what_was_before(self):
        self.make("noted", group="News")
        self.box.ask("PATCH", "/api/v1/channels/noted", {"group": "Sport"})
        RIG.wait_for("the audit", lambda: any(
            'channels/noted changed: group "News" to "Sport"' in item.get("text", "")
            for item in self.box.ask("GET", "/api/v1/events/log?limit=1000")["items"]))
        self.box.ask("DELETE", "/api/v1/channels/noted")


class Walls(Config):
    def test_a_wall_is_made_changed_and_removed_under_its_etag(self):
        made = self.box.ask("POST", "/api/v1/walls", {"title": "News wall", "groups": ["News"], "size": "l", "sound": True}, status=201)
        self.assertEqual((made["id"], made["layout"], made["rotation_seconds"]), ("news-wall", "auto", 0))
        _, tag = self.tagged("/api/v1/walls/news-wall")
        self.box.ask("PATCH", "/api/v1/walls/news-wall", {"rotation_seconds": 20}, headers={"If-Match": tag})
        self.box.ask("PATCH", "/api/v1/walls/news-wall", {"rotation_seconds": 30}, headers={"If-Match": tag}, status=412)
        listed = self.box.ask("GET", "/api/v1/walls")["items"]
        self.assertEqual([(item["id"], item["rotation_seconds"]) for item in listed], [("news-wall", 20)])
        self.box.ask("DELETE", "/api/v1/walls/news-wall", headers={"If-Match": listed[0]["etag"]})
        self.box.ask("GET", "/api/v1/walls/news-wall", status=404)

    def test_a_wall_that_cannot_be_is_pointed_at(self):
        for body, pointer in (({"size": "huge"}, "/size"), ({"layout": "fixed"}, "/columns"), ({"columns": 4}, "/columns"),
                              ({"layout": "fixed", "columns": 40, "rows": 2}, "/columns"), ({"rotation_seconds": 2}, "/rotation_seconds"),
                              ({"groups": "News"}, "/groups"), ({"channels": [7]}, "/channels"), ({"sound": 1}, "/sound"),
                              ({"title": "x" * 121}, "/title"), ({"id": "other"}, "/id"), ({"colour": "red"}, "")):
            self.assertEqual(self.pointers("PUT", "/api/v1/walls/wrong", body), [pointer], body)

    def test_walls_survive_a_restart(self):
        self.box.ask("PUT", "/api/v1/walls/grid", {"layout": "fixed", "columns": 10, "rows": 6, "channels": ["one"]})
        self.assertEqual(self.box.stop(), 0)
        self.box.start()
        self.assertEqual(self.box.ask("GET", "/api/v1/walls/grid")["columns"], 10)
        self.box.ask("DELETE", "/api/v1/walls/grid")


if __name__ == "__main__":
    del Config
    unittest.main()
