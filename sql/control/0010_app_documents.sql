-- Which document of the karting app's Firestore is which circuit.
CREATE TABLE app_document (
  circuit_id   uuid PRIMARY KEY REFERENCES circuit,
  document_id  text NOT NULL UNIQUE
);
