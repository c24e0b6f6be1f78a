// A Firestore on loopback for tests: prints its port, then serves until it is stopped. Run with node.
import { FirestoreServer } from "@firestore-emulator/server";
import grpc from "@grpc/grpc-js";

// Its own `start` listens on every interface; the gRPC server inside can be bound to loopback.
const { server } = new FirestoreServer();
server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, port) => {
  if (error) throw error;
  console.log(port);
});
